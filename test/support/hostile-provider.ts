import fc from 'fast-check';
import type { FetchProviderName, Reach } from '../../src/providers/fetch-provider.ts';
import type { AccountProfile } from '../../src/shared/post.ts';
import type { Services } from './fetching.ts';
import type { XUser } from './fake-x-world.ts';

/** The whole history: from now back to the beginning. */
export const anew: Reach = { sinceId: null, untilId: null, cursor: null, want: null };

/** The address of a provider's fake. */
export const serviceUrlOf = ({ xApi, socialData, xWeb }: Services, name: FetchProviderName): string =>
  ({ X_API: xApi.url, SOCIALDATA: socialData.url, X_SCRAPER: xWeb.url })[name];

/** The account of a fake user, as known before a fetch. */
export const accountOf = ({ id, handle }: XUser): AccountProfile => ({
  platform: 'X',
  platformId: id,
  handle,
  displayName: null,
  description: null,
  avatarUrl: null,
  verified: null,
  protected: null,
  joinedAt: null,
  followers: null,
  following: null,
  reportedPosts: null,
  observedAt: 0,
});

/** A change of an answer. `turns`: the path from the top; each number chooses a key at one level. */
type Mutation = { readonly turns: readonly number[]; readonly value: unknown };

const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: [deep(levels - 1)] });

/** Unexpected values; undefined removes the field. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, true, false, 0, -1, 1.5, 1e300, 2 ** 53 + 2, '', [], {}),
  fc.constantFrom<unknown>('\0', 'a\0b', '\ud800', '\udfff\ud800', '&#xd800;', '&#0;', '-1', '007', '1e5'),
  fc.constantFrom<unknown>('99999999999999999999', '9223372036854775807', '+275760-09-13T00:00:00Z'),
  fc.constantFrom<unknown>('2999-01-01T00:00:00Z', 'Sat Feb 31 12:33:11 +0000 2023', 'not a date'),
  fc.constantFrom<unknown>(
    'x'.repeat(300_000),
    'é'.repeat(120_000),
    Array(5_000).fill({}),
    deep(30),
    deep(80),
  ),
  fc.constantFrom<unknown>({ __proto__: null, constructor: 1 }, { result: null }, [null], [[]]),
  fc.string({ unit: 'binary' }),
  fc.jsonValue(),
);

/** Several changes of one answer. */
export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({ turns: fc.array(fc.nat(1_000), { minLength: 1, maxLength: 14 }), value: odd }),
  { minLength: 1, maxLength: 4 },
);

/** Applies the changes to a JSON text. */
export function mutated(json: string, changes: readonly Mutation[]): string {
  const answer: unknown = JSON.parse(json);
  for (const { turns, value } of changes) change(answer, turns, value);
  return JSON.stringify(answer);
}

/** Follows the turns and changes the value at their end, or the last value on the way when the tree ends earlier. */
function change(at: unknown, [turn = 0, ...further]: readonly number[], value: unknown): void {
  if (typeof at !== 'object' || at === null) return;
  const record = at as Record<string, unknown>; // safe: arrays have keys, too
  const keys = Object.keys(record);
  const key = keys[turn % Math.max(1, keys.length)];
  if (key === undefined) return;
  const inside = record[key];
  if (further.length > 0 && typeof inside === 'object' && inside !== null) change(inside, further, value);
  else if (value === undefined) delete record[key];
  else record[key] = value;
}
