import { boundedNumber, Refused } from './fake-x-api-rules.ts';
import { type XPost, xTimeOf } from './fake-x-world.ts';

type Place = { readonly beyond: string; readonly towards: 'older' | 'newer'; readonly of: string };

/** The issued tokens, each with the place in a list that it leads to. */
export class TokenBook {
  readonly #places = new Map<string, Place>();

  issue(place: Place): string {
    const token = `7140dibdnow9c7btw${(this.#places.size + 1_000_000).toString(36)}`;
    this.#places.set(token, place);
    return token;
  }

  /** Refuses an unknown token, and a token that was issued for another list. */
  open(name: string, token: string, of: string): Place {
    const place = this.#places.get(token);
    if (place?.of === of) return place;
    throw new Refused({ [name]: [token] }, `The \`${name}\` query parameter value [${token}] is not valid`);
  }
}

/** A page of a list, newest first. */
export type FakePage = {
  readonly posts: readonly XPost[];
  readonly meta: Readonly<Record<string, unknown>>;
};

/**
 * Cuts a page from posts that are sorted newest first. Deleted posts are removed afterwards, as on X, so a page may
 * have fewer posts than requested, or none, and still be followed by another.
 */
export function cutPage(
  posts: readonly XPost[],
  query: URLSearchParams,
  rules: {
    readonly tokens: TokenBook;
    readonly least: number;
    readonly defaultSize: number;
    readonly tokenNames: readonly string[];
    readonly isBackwards: boolean;
  },
): FakePage {
  const size = boundedNumber(query, 'max_results', rules.least, 100) ?? rules.defaultSize;
  const name = rules.tokenNames.find((candidate) => query.has(candidate));
  const of = signature(query);
  const place = name === undefined ? null : rules.tokens.open(name, query.get(name) ?? '', of);
  const inRange = posts.filter(rangeOf(query));
  const beyond = place === null ? inRange : inRange.filter(({ id }) => isBeyond(id, place));
  const slice = place?.towards === 'newer' ? beyond.slice(-size) : beyond.slice(0, size);
  const shown = slice.filter(({ gone }) => gone === undefined);
  const first = slice[0];
  const last = slice.at(-1);
  const hasOlder = last !== undefined && inRange.at(-1) !== last;
  const token = (id: string, towards: Place['towards']) => rules.tokens.issue({ beyond: id, towards, of });
  const newest = shown[0];
  const oldest = shown.at(-1);
  return {
    posts: shown,
    meta: {
      result_count: shown.length,
      ...(newest && oldest ? { newest_id: newest.id, oldest_id: oldest.id } : {}),
      ...(last && hasOlder ? { next_token: token(last.id, 'older') } : {}),
      ...(first && place && rules.isBackwards ? { previous_token: token(first.id, 'newer') } : {}),
    },
  };
}

function isBeyond(id: string, { beyond, towards }: Place): boolean {
  return towards === 'older' ? BigInt(id) < BigInt(beyond) : BigInt(id) > BigInt(beyond);
}

/** since_id, until_id and end_time are exclusive, start_time is inclusive. */
export function rangeOf(query: URLSearchParams): (post: XPost) => boolean {
  const since = BigInt(query.get('since_id') ?? 0);
  const until = query.has('until_id') ? BigInt(query.get('until_id') ?? 0) : null;
  const start = timeOf(query, 'start_time') ?? Number.NEGATIVE_INFINITY;
  const end = timeOf(query, 'end_time') ?? Number.POSITIVE_INFINITY;
  return ({ id }) => {
    const number = BigInt(id);
    const at = xTimeOf(id);
    return number > since && (until === null || number < until) && at >= start && at < end;
  };
}

/** An instant of RFC 3339, to the second. */
export function timeOf(query: URLSearchParams, name: string): number | null {
  const value = query.get(name);
  if (value === null) return null;
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value)) return Date.parse(value);
  throw new Refused({ [name]: [value] }, `The \`${name}\` query parameter value [${value}] is not RFC 3339`);
}

/** A token belongs to the parameters for which it was issued. */
function signature(query: URLSearchParams): string {
  const names = ['query', 'since_id', 'until_id', 'start_time', 'end_time', 'exclude', 'ids'];
  return JSON.stringify(names.map((name) => query.get(name)));
}
