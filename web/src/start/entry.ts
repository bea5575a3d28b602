/** A possible meaning of the text on the start page. */
export type Entry =
  | { readonly kind: 'account'; readonly handle: string }
  /** A post of X, whose author can be collected. `handle` is null when the address does not name the author. */
  | { readonly kind: 'post'; readonly handle: string | null; readonly id: string }
  | { readonly kind: 'topic'; readonly query: string }
  /** A channel of Twitch. */
  | { readonly kind: 'channel'; readonly login: string }
  /** Nothing that can be collected; `why` is for people. */
  | { readonly kind: 'refused'; readonly why: string };

/** The longest search that X accepts, in characters. */
const longestQuery = 512;
const handlePattern = /^[A-Za-z0-9_]{1,20}$/;
const xHosts = /^(?:www\.|mobile\.|m\.)?(?:x|twitter)\.com$/i;
const twitchHosts = /^(?:www\.|m\.)?twitch\.tv$/i;
/** First path parts on x.com that look like handles but are not. */
const xPages = new Set(
  'compose explore hashtag help home i intent jobs login logout messages notifications privacy search settings share signup tos'.split(
    ' ',
  ),
);

/**
 * Reads typed or pasted text: `@name`, an address of x.com or twitch.tv, or a search. A word without @ can be an
 * account or a search: both are returned, the more likely first. Nothing for an empty text.
 */
export function readEntry(typed: string): readonly Entry[] {
  const text = typed.trim().replaceAll(/\s+/g, ' ');
  if (text === '') return [];
  const url = urlOf(text);
  if (url !== null) return [readAddress(url)];
  if (text.startsWith('@')) {
    const handle = text.slice(1);
    if (handlePattern.test(handle)) return [{ kind: 'account', handle }];
    // "@nasa mars" is a search that X understands; "@naïve" alone is a mistyped handle.
    if (!text.includes(' '))
      return [{ kind: 'refused', why: 'A handle has 1 to 20 of A to Z, 0 to 9 and _.' }];
  }
  const topic = readTopic(text);
  return handlePattern.test(text) && topic.kind === 'topic'
    ? [{ kind: 'account', handle: text }, topic]
    : [topic];
}

/** The text for an entry in the field and in the address: `readEntry` returns this entry first. */
export function printEntry(entry: Entry): string {
  switch (entry.kind) {
    case 'account':
      return `@${entry.handle}`;
    case 'post':
      return `https://x.com/${entry.handle ?? 'i'}/status/${entry.id}`;
    case 'topic':
      return entry.query;
    case 'channel':
      return `https://twitch.tv/${entry.login}`;
    case 'refused':
      return '';
  }
}

function readTopic(query: string): Entry {
  const { length } = [...query];
  return length > longestQuery
    ? { kind: 'refused', why: `A search has at most ${longestQuery} characters; these are ${length}.` }
    : { kind: 'topic', query };
}

/** The address in a text: with a scheme, or on a known host. */
function urlOf(text: string): URL | null {
  if (text.includes(' ')) return null;
  const isAddress = /^https?:\/\//i.test(text);
  const [host = ''] = text.split('/');
  if (!isAddress && !xHosts.test(host) && !twitchHosts.test(host)) return null;
  const whole = isAddress ? text : `https://${text}`;
  return URL.canParse(whole) ? new URL(whole) : null;
}

function readAddress(url: URL): Entry {
  const [first = '', second = '', third = ''] = url.pathname.split('/').filter((part) => part !== '');
  if (twitchHosts.test(url.hostname))
    return /^\w{1,25}$/.test(first)
      ? { kind: 'channel', login: first.toLowerCase() }
      : { kind: 'refused', why: 'This address of twitch.tv names no channel.' };
  if (!xHosts.test(url.hostname))
    return { kind: 'refused', why: 'Only addresses of x.com can be collected. Paste one, or type a search.' };
  const isStatus = second === 'status' || second === 'statuses';
  if (first === 'i' && second === 'web' && third === 'status') {
    const id = url.pathname.split('/').filter((part) => part !== '')[3] ?? '';
    return postOf(null, id);
  }
  if (isStatus) return postOf(first === 'i' || !handlePattern.test(first) ? null : first, third);
  if (first === 'search' || first === 'explore') {
    const query = url.searchParams.get('q')?.trim() ?? '';
    if (query !== '') return readTopic(query);
  }
  if (first === 'hashtag' && second !== '') return readTopic(`#${decoded(second)}`);
  if (!xPages.has(first.toLowerCase()) && handlePattern.test(first))
    return { kind: 'account', handle: first };
  return { kind: 'refused', why: 'This address of x.com names neither an account nor a post.' };
}

function postOf(handle: string | null, id: string): Entry {
  return /^\d{1,20}$/.test(id)
    ? { kind: 'post', handle, id }
    : { kind: 'refused', why: 'This address of x.com names no post.' };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
