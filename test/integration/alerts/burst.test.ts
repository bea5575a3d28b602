import { expect, test } from 'vitest';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { hourMs, toIso } from '../../../src/shared/instant.ts';
import { measureBurst } from '../../../src/trends/trending/measure.ts';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { clock, evaluator, eventsOf, makeAlert, noon } from './support.ts';

clock.ms = noon;

const db = await openStore();
const app = openApp(db);
const account = anAccount();

/** Posts of a tag, evenly over an hour, by the given number of authors in turn. */
const posts = (tag: string, count: number, authors: number, end: number) =>
  Array.from({ length: count }, (_, at) =>
    aPost(account, {
      createdAt: end - 1 - Math.floor((at / count) * hourMs),
      hashtags: [tag],
      author: {
        platformId: `${tag}${at % authors}`,
        handle: `${tag}${at % authors}`,
        displayName: 'x',
        avatarUrl: null,
      },
    }),
  );

test('a burst fires as `trendingHashtags` shows it, and neither a steady giant nor one loud author does', async () => {
  const end = clock.ms;
  const month = Array.from({ length: 29 * 24 }, (_, hour) =>
    posts('giant', 6, 6, end - hour * hourMs),
  ).flat();
  const { streamId } = await savePosts(db, account, [
    ...month,
    ...posts('giant', 4, 4, end),
    ...posts('flood', 40, 1, end),
    ...posts('sea', 20, 15, end),
  ]);
  const watch = (hashtag: string, streams: readonly number[] | null = null) =>
    makeAlert(db, { burst: { hashtag, window: hourMs, minScore: 3, minPosts: 10 } }, { streams });
  const [giant, flood, sea] = [await watch('giant'), await watch('flood'), await watch('#Sea')];
  const within = await watch('sea', [streamId]);
  const unused = await watch('nobody');
  await evaluator(db, measureBurst)();
  for (const { alertId } of [giant, flood, unused]) expect(await eventsOf(db, alertId)).toEqual([]);
  const { data } = await ask(
    app,
    `query ($at: DateTime!, $streams: [ID!]) {
      all: trendingHashtags(orderBy: BURST, endingAt: $at) { hashtags { hashtag { tag } count authors burst } }
      own: trendingHashtags(orderBy: BURST, endingAt: $at, streams: $streams) { hashtags { hashtag { tag } burst } } }`,
    { at: toIso(end), streams: [encodeGlobalId('Account', String(streamId))] },
  );
  const [first] = data.all.hashtags;
  expect(first).toMatchObject({ hashtag: { tag: 'sea' }, count: 20, authors: 15 });
  const [event] = await eventsOf(db, sea.alertId);
  expect(event?.measured).toBeCloseTo(first.burst, 9);
  expect(event?.summary).toMatch(
    /^#sea is \d+\.?\d? standard scores above what is expected: 20 posts by 15 authors within PT1H$/,
  );
  expect((await eventsOf(db, within.alertId))[0]?.measured).toBeCloseTo(data.own.hashtags[0].burst, 9);
});
