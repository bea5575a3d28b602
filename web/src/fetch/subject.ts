/** The subject of a page's fetch: an account by its handle, or a topic by its query. */
export type Subject =
  | { readonly kind: 'account'; readonly handle: string }
  | { readonly kind: 'topic'; readonly query: string };

/** The chat of a channel, which is collected instead of fetched. */
export type ChatSubject = { readonly kind: 'chat'; readonly login: string };

/** Its name in jobs: `Job.subject`. */
export function subjectName(subject: Subject | ChatSubject): string {
  if (subject.kind === 'chat') return `the chat of ${subject.login}`;
  return subject.kind === 'account' ? `@${subject.handle.replace(/^@/, '')}` : subject.query;
}
