import type { IncomingMessage } from 'node:http';

/** Returns the path of a request as it was sent, without its query. */
export function pathOf({ url = '' }: Pick<IncomingMessage, 'url'>): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}
