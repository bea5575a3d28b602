import { expect, test } from 'vitest';
import { describeAccount } from '../../../src/streams/describe.ts';
import { noteFollowers } from '../../../src/streams/followers.ts';
import { track } from '../../../src/streams/track.ts';
import type { AccountProfile } from '../../../src/shared/post.ts';
import { anAccount, aPost, observed, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { followSse, globalId, serveLive } from './support.ts';

// What an answer shows of a stream besides its posts: each change raises the version and reaches a subscriber.

const db = await openStore();
const live = await serveLive(db);
const account = anAccount({ followers: 10, displayName: 'Lark', reportedPosts: 40 });
const { streamId } = await savePosts(db, account, [aPost(account)]);

let hours = 0;
const described = (changes: Partial<AccountProfile>) => {
  hours += 1;
  const seen = { ...account, followers: null, following: null, observedAt: observed + hours * 3_600_000 };
  return describeAccount(db.sql, streamId, { ...seen, ...changes });
};
const read = (followers: number) => {
  hours += 1;
  const observedAt = observed + hours * 3_600_000;
  return noteFollowers(db.sql, streamId, [{ observedAt, followers, following: null, reportedPosts: null }]);
};

type Shown = {
  readonly freshness: { readonly version: number };
  readonly displayName: string;
  readonly reportedPosts: number | null;
  readonly followers: number | null;
  readonly tracking: { readonly every: string } | null;
  readonly stats: { readonly followers: { readonly values: readonly (number | null)[] } };
};

test.each<[string, () => Promise<unknown>, (shown: Shown) => unknown, unknown]>([
  ['a reading of followers', () => read(12), (shown) => shown.stats.followers.values.at(-1), 12],
  ['the same number read later', () => read(12), (shown) => shown.stats.followers.values.at(-1), 12],
  ['followers of a profile', () => described({ followers: 15 }), (shown) => shown.followers, 15],
  ['a display name', () => described({ displayName: 'Alouette' }), (shown) => shown.displayName, 'Alouette'],
  [
    'the posts that the platform reports',
    () => described({ displayName: 'Alouette', reportedPosts: 41 }),
    (shown) => shown.reportedPosts,
    41,
  ],
  [
    'a schedule',
    () =>
      track({ sql: db.sql, now: new Date(), requireProvider: () => {} }, { streamId, everyMs: 3_600_000 }),
    (shown) => shown.tracking?.every,
    'PT1H',
  ],
])('%s', async (_what, change, shows, expected) => {
  const heard = followSse<{ readonly streamUpdated: Shown }>(live, {
    query: `subscription ($id: ID!) { streamUpdated(id: $id) { freshness { version } tracking { every }
      ... on Account { displayName reportedPosts followers }
      stats { followers(interval: HOUR) { values } } } }`,
    variables: { id: globalId('Account', streamId) },
  });
  await heard.until((events) => events.length === 1);
  await change();
  await heard.until((events) => events.length === 2);
  heard.stop();
  const [before, after] = heard.events.map(({ streamUpdated }) => streamUpdated);
  expect(after?.freshness.version).toBe((before?.freshness.version ?? 0) + 1);
  expect(after && shows(after)).toBe(expected);
});
