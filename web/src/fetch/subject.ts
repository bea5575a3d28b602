/** What a page fetches: an account by its handle, or a topic by its query. */
export type Subject =
  | { readonly kind: 'account'; readonly handle: string }
  | { readonly kind: 'topic'; readonly query: string };

/** The chat of a channel, which is collected rather than fetched. */
export type ChatSubject = { readonly kind: 'chat'; readonly login: string };

/** How jobs call it: `Job.subject`. */
export function subjectName(subject: Subject | ChatSubject): string {
  if (subject.kind === 'chat') return `the chat of ${subject.login}`;
  return subject.kind === 'account' ? `@${subject.handle.replace(/^@/, '')}` : subject.query;
}
