/** What a page fetches: an account by its handle, or a topic by its query. */
export type Subject =
  | { readonly kind: 'account'; readonly handle: string }
  | { readonly kind: 'topic'; readonly query: string };

/** How jobs call it: `Job.subject`. */
export function subjectName(subject: Subject): string {
  return subject.kind === 'account' ? `@${subject.handle.replace(/^@/, '')}` : subject.query;
}
