/** What can be fetched from X, by the name that people use. */
export type Fetchable =
  | { readonly kind: 'account'; readonly handle: string }
  | { readonly kind: 'topic'; readonly query: string };

/** The highest limit of one fetch. */
export const maxFetchLimit = 100_000;

/** A stream that can be fetched, and its target. */
export type FetchableStream = { readonly streamId: number; readonly target: Fetchable };

/** Returns the target of a stream on X: an account by its handle; a topic, which has no handle, by its query. */
export function fetchableOf(stream: { readonly handle: string | null; readonly title: string }): Fetchable {
  const { handle, title } = stream;
  return handle === null ? { kind: 'topic', query: title } : { kind: 'account', handle };
}
