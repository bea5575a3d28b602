/** What can be fetched from X, by what people call it. */
export type Fetchable =
  | { readonly kind: 'account'; readonly handle: string }
  | { readonly kind: 'topic'; readonly query: string };

/** Posts that one fetch may be limited to, at most. */
export const maxFetchLimit = 100_000;

/** A stream that can be fetched, by what it is asked for. */
export type FetchableStream = { readonly streamId: number; readonly target: Fetchable };

/** What a stream of X is fetched by. Only accounts have a handle; a topic is called by its query. */
export function fetchableOf(stream: { readonly handle: string | null; readonly title: string }): Fetchable {
  const { handle, title } = stream;
  return handle === null ? { kind: 'topic', query: title } : { kind: 'account', handle };
}
