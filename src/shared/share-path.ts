import { BadInputError } from './errors.ts';
import { parseXHandle } from './handle.ts';
import { parseTag } from './hashtag.ts';
import { parseLogin } from './login.ts';
import { parseTopicQuery } from './topic.ts';

/** A stream in an address of the dashboard. */
export type NamedStream =
  | { readonly kind: 'account'; readonly handle: string }
  | { readonly kind: 'topic'; readonly query: string }
  | { readonly kind: 'channel'; readonly login: string };

/** What a page of the dashboard shows, i.e. what a recipient of its share may read. */
export type SharedPage = {
  /** The only streams that it shows. */
  readonly streams: readonly NamedStream[];
  /** Whether it shows hashtags over all streams: their counts, never a post. */
  readonly trends: boolean;
  /** Whether it is a single card, which other sites may embed in a frame. */
  readonly embed: boolean;
};

/** Longest address of a page. */
const longestPath = 2_000;
const mostCompared = 5;

/** The prefix of a card's address for other sites. */
export const embedRoot = '/embed';

/**
 * Parses the address of a page, from the server's root with its query; throws BAD_INPUT unless the page can be shared:
 * /x/<handle>, /topic/<query>, /twitch/<login>, /compare?s=…, /trending, /tag/<tag>, and each of them below /embed.
 */
export function parseSharedPage(path: string): SharedPage {
  if (path.length > longestPath) throw notShared(path);
  const url = urlOf(path);
  const embed = url.pathname.startsWith(`${embedRoot}/`);
  const [root = '', name, ...more] = (embed ? url.pathname.slice(embedRoot.length) : url.pathname)
    .slice(1)
    .split('/')
    .map(decoded);
  if (more.length > 0) throw notShared(path);
  const shown = (streams: readonly NamedStream[]): SharedPage => ({ streams, trends: false, embed });
  if (root === 'x' && name !== undefined) return shown([{ kind: 'account', handle: parseXHandle(name) }]);
  if (root === 'topic' && name !== undefined) return shown([{ kind: 'topic', query: parseTopicQuery(name) }]);
  if (root === 'twitch' && name !== undefined) return shown([{ kind: 'channel', login: parseLogin(name) }]);
  if (root === 'compare' && name === undefined) return shown(compared(url.searchParams.get('s') ?? ''));
  if (root === 'tag' && name !== undefined) {
    parseTag(name);
    return { streams: [], trends: true, embed };
  }
  if (root === 'trending' && name === undefined) return { streams: [], trends: true, embed };
  throw notShared(path);
}

/** The query parameter with the token of a share. */
export const shareParameter = 'share';

/** Removes a share's token from an address. */
export function withoutShare(path: string): string {
  const url = urlOf(path);
  if (!url.searchParams.has(shareParameter)) return path;
  url.searchParams.delete(shareParameter);
  return `${url.pathname}${url.search}`;
}

/** Adds a share's token to an address. */
export function withShare(path: string, token: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}${shareParameter}=${token}`;
}

function compared(list: string): readonly NamedStream[] {
  const names = list.split(',').filter((name) => name !== '');
  if (names.length < 1 || names.length > mostCompared) {
    throw new BadInputError(`Cannot compare ${names.length} streams: 1 to ${mostCompared} allowed`);
  }
  return names.map((name): NamedStream => {
    if (name.startsWith('x:')) return { kind: 'account', handle: parseXHandle(name.slice(2)) };
    if (name.startsWith('topic:')) return { kind: 'topic', query: parseTopicQuery(name.slice(6)) };
    throw new BadInputError(`Not a stream: ${name.slice(0, 60)}. Expected x:<handle> or topic:<query>`);
  });
}

/** Refuses what browsers read as an address of another host: `//host`, `/\host`, and paths with dots. */
function urlOf(path: string): URL {
  const isOwn = /^\/(?![/\\])/.test(path) && !/[\\\s\p{Cc}]/u.test(path);
  if (!isOwn || !URL.canParse(path, 'http://here')) throw notShared(path);
  const url = new URL(path, 'http://here');
  if (url.host !== 'here' || url.hash !== '' || !path.startsWith(url.pathname)) {
    throw notShared(path);
  }
  return url;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new BadInputError(`Not an address: ${part.slice(0, 60)} is not text`);
  }
}

const notShared = (path: string) =>
  new BadInputError(
    `Not a page that can be shared: ${path.slice(0, 60)}. Expected /x/<handle>, /topic/<query>, /twitch/<login>, /compare?s=…, /trending or /tag/<tag>, or one of them below /embed`,
  );
