import { expect, test } from 'vitest';
import { noteFollowers } from '../../../src/streams/followers.ts';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const app = openApp(db);

test('a day that shows again when clocks are set back has the followers it ended with', async () => {
  const account = anAccount();
  const { streamId } = await savePosts(db, account, [aPost(account)]);
  const reading = (time: string, followers: number) => ({
    observedAt: Date.parse(`2010-11-07T${time}Z`),
    followers,
    following: null,
    reportedPosts: null,
  });
  // In St. John's clocks went from 00:01 back to 23:01: the 6th had ended at 02:30 UTC, and shows until 03:30.
  await noteFollowers(db.sql, streamId, [reading('02:00:00', 271), reading('02:40:00', 300)]);
  const range = 'range: { from: "2010-11-07T02:46:00Z", to: "2010-11-07T03:01:00Z" }';
  const { data, errors } = await ask(
    app,
    `{ account(handle: "${account.handle}") { stats(timeZone: "America/St_Johns", ${range}) {
      followers(interval: DAY) { values }
    } } }`,
  );
  expect(errors).toBeUndefined();
  expect(data.account.stats.followers.values).toEqual([271]);
});
