import { expect, test } from 'vitest';
import { deleteStreamRows } from '../../../src/streams/delete.ts';
import { findOrCreateAccount } from '../../../src/streams/create.ts';
import { lineOf, takeLines } from '../../support/chat-lines.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { followSse, globalId, serveLive, untilListening } from './support.ts';

const db = await openStore();
const live = await serveLive(db);
const start = Date.UTC(2026, 0, 1, 20);

type Told = {
  readonly newMoments: {
    readonly start: string;
    readonly end: string;
    readonly messages: number;
    readonly emotes: readonly { readonly term: string }[];
  };
};
const query = 'subscription ($id: ID!) { newMoments(id: $id) { start end messages emotes { term } } }';

test('a moment is reported while it lasts, with what it is about, and once more when it is over', async () => {
  const streamId = await findOrCreateAccount(db.sql, anAccount({ platform: 'TWITCH' }));
  let number = 0;
  const say = (at: number, text: string) => {
    number++;
    return lineOf({
      number,
      login: `v${number % 9}`,
      userId: String(number % 9),
      at: start + at,
      text,
      emotes: ['Kappa'],
    });
  };
  const calm = Array.from({ length: 120 }, (_, at) => say(10_000 * at, `calm words ${at % 7}`));
  await takeLines(db, streamId, calm);
  const heard = followSse<Told>(live, { query, variables: { id: globalId('Channel', streamId) } });
  await untilListening(live, 1);
  const began = 20 * 60_000;
  await takeLines(
    db,
    streamId,
    Array.from({ length: 60 }, (_, at) => say(began + 100 * at, 'what a goal Kappa')),
  );
  await heard.until((events) => events.length === 1);
  expect(heard.events[0]?.newMoments).toEqual({
    start: new Date(start + began).toISOString(),
    end: new Date(start + began + 60_000).toISOString(),
    messages: 60,
    emotes: [{ term: 'Kappa' }],
  });
  // A few more messages, and then it ends: they are sent with its end.
  await takeLines(db, streamId, [say(began + 50_000, 'one more'), say(began + 61_000, 'calm again')]);
  await heard.until((events) => events.length === 2);
  expect(heard.events[1]?.newMoments).toMatchObject({
    start: heard.events[0]?.newMoments.start,
    messages: 61,
  });
  await deleteStreamRows(db.sql, streamId);
  await heard.untilCompleted();
  expect(heard.events).toHaveLength(2);
  expect(heard.errors).toEqual([]);
});

test('a stream that is no channel has no moments', async () => {
  const account = anAccount();
  const { streamId } = await savePosts(db, account, [aPost(account)]);
  const heard = followSse<Told>(live, { query, variables: { id: globalId('Account', streamId) } });
  await heard.untilCompleted();
  expect(JSON.stringify(heard.errors)).toContain('No such channel');
});
