import type { Client } from 'urql';
import { loadAccount } from './account/load.ts';
import { loadChannel } from './channel/load.ts';
import { parseSearch } from './search-params/address.ts';
import { parseStreamSearch, type StreamSearch } from './search-params/page.ts';
import { loadTopic } from './topic/load.ts';

const loads: Readonly<Record<string, (api: Client, name: string, search: StreamSearch) => unknown>> = {
  x: (api, name, search) => loadAccount(api, name.replace(/^@/, ''), search),
  topic: loadTopic,
  twitch: (api, name, search) => loadChannel(api, name.replace(/^[@#]/, '').toLowerCase(), search),
};

/** Asks what the page of an address shows. When the page comes to ask for it, that is under way or answered. */
export function askEarly(api: Client, { pathname, search }: { pathname: string; search: string }): void {
  const [, kind = '', name] = /^(?:\/embed)?\/(x|topic|twitch)\/([^/]+)\/?$/.exec(pathname) ?? [];
  const decoded = name === undefined ? null : decode(name);
  if (decoded !== null) loads[kind]?.(api, decoded, parseStreamSearch(parseSearch(search)));
}

/** Null of what is no text of an address. */
function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
