import type { Client } from 'urql';
import { parseSearch } from './search-params/address.ts';
import { parseStreamSearch } from './search-params/page.ts';
import { streamPages } from './stream-pages.ts';

/** The address of a page of a stream. */
const address = new RegExp(`^(?:/embed)?/(${Object.keys(streamPages).join('|')})/([^/]+)/?$`);

/** Requests the data of the page at an address. When the page loads, its request is already under way or answered. */
export function askEarly(api: Client, { pathname, search }: { pathname: string; search: string }): void {
  const [, kind = '', name] = address.exec(pathname) ?? [];
  const decoded = name === undefined ? null : decode(name);
  if (decoded === null || !isStreamPage(kind)) return;
  const { nameOf, load } = streamPages[kind];
  void load(api, nameOf(decoded), parseStreamSearch(parseSearch(search)));
}

const isStreamPage = (kind: string): kind is keyof typeof streamPages => Object.hasOwn(streamPages, kind);

/** Decodes a part of an address; null when it is malformed. */
function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
