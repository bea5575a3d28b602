/** The fields that a link to a stream needs. */
export type LinkedStream = {
  readonly __typename?: string;
  readonly title: string;
  readonly handle?: string;
  readonly query?: string;
};

/** The address of a stream's page. */
export function streamPath({ __typename, title, handle, query }: LinkedStream): string {
  if (__typename === 'Account') return `/x/${encodeURIComponent(handle ?? title.replace(/^@/, ''))}`;
  if (__typename === 'Channel') return `/twitch/${encodeURIComponent(title)}`;
  return `/topic/${encodeURIComponent(query ?? title)}`;
}

/** The label of a stream that is not an account. */
export function streamKind({ __typename }: LinkedStream): string | null {
  return __typename === 'Topic' ? 'topic' : __typename === 'Channel' ? 'chat' : null;
}
