import { expect, test } from 'vitest';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { followSse, followWs, type Heard, serveLive } from './support.ts';

const statements: string[] = [];
const db = await openStore({ onStatement: (statement) => statements.push(statement) });
const live = await serveLive(db, { withVersions: true });

/** How many windows were read since the last call. */
const computations = () => statements.splice(0).filter((statement) => statement.includes('raw_uses')).length;

type Trending = {
  readonly totalCount: number;
  readonly hashtags: readonly {
    readonly rank: number;
    readonly hashtag: { readonly tag: string };
    readonly count: number;
  }[];
};
type Event = { readonly trendingHashtags: Trending };
const follow = (transport: typeof followSse, args: string): Heard<Event> =>
  transport<Event>(live, {
    query: `subscription { trendingHashtags${args} { totalCount hashtags { rank hashtag { tag } count } } }`,
  });

const account = anAccount();
const use = (hashtags: readonly string[], agoMs = 0) =>
  savePosts(db, account, [aPost(account, { createdAt: Date.now() - agoMs - 1_000, hashtags })]);
const counts = ({ trendingHashtags }: Event) =>
  Object.fromEntries(trendingHashtags.hashtags.map(({ hashtag, count }) => [hashtag.tag, count]));
const isAt = (tag: string, count: number | undefined) => (events: readonly Event[]) => {
  const last = events.at(-1);
  return last !== undefined && counts(last)[tag] === count;
};

test('comes at once, then when the window changed, and is silent when only something else did', async () => {
  await use(['first']);
  const heard = follow(followWs, '');
  await heard.until(isAt('first', 1));
  const { length } = heard.events;
  // Versions rise, and the window stays the same.
  for (let round = 0; round < 3; round++) await use([]);
  await use(['old'], 2 * 3_600_000);
  await use(['first']);
  await heard.until(isAt('first', 2));
  expect(heard.events.length - length).toBe(1);
  expect(heard.errors).toEqual([]);
});

test('slides: posts that leave the window are reported without any new post', async () => {
  const heard = follow(followSse, '(window: "PT1M", first: 200)');
  await heard.until((events) => events.length > 0);
  await use(['passing'], 50_000);
  await heard.until(isAt('passing', 1));
  await heard.until(isAt('passing', undefined));
  expect(heard.errors).toEqual([]);
});

test('those who ask the same share each computation', async () => {
  const args = '(window: "P1D", first: 7)';
  computations();
  let begun = performance.now();
  /**
   * Requests within half a second of each other get the same window, however long it takes until all have been sent.
   */
  const looksMost = () => {
    const halfSeconds = (performance.now() - begun) / 500;
    begun = performance.now();
    return Math.ceil(halfSeconds) + 1;
  };
  const followers = Array.from({ length: 12 }, (_, at) => follow(at % 2 === 0 ? followSse : followWs, args));
  for (const follower of followers) await follower.until((events) => events.length > 0);
  expect(computations()).toBeLessThanOrEqual(looksMost());
  await use(['shared']);
  for (const follower of followers) await follower.until(isAt('shared', 1));
  expect(computations()).toBeLessThanOrEqual(looksMost());
});

test('refuses a window that is none', async () => {
  const heard = follow(followSse, '(window: "PT0S")');
  await heard.untilCompleted();
  expect(JSON.stringify(heard.errors)).toContain('Invalid window');
});
