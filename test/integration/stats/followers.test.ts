import { beforeAll, describe, expect, test } from 'vitest';
import { noteFollowers } from '../../../src/streams/followers.ts';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const app = openApp(db);

test('a day that is repeated when clocks are set back has the followers of its end', async () => {
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
      followers(interval: DAY) { values } carried: followers(interval: DAY, carry: true) { values }
    } } }`,
  );
  expect(errors).toBeUndefined();
  expect(data.account.stats).toEqual({ followers: { values: [null] }, carried: { values: [271] } });
});

describe('followers that were read on two days of a range', () => {
  const account = anAccount();
  const series = async (field: string, range: string) => {
    const { data, errors } = await ask(
      app,
      `{ account(handle: "${account.handle}") { stats(range: ${range}) { followers${field} { values } } } }`,
    );
    expect(errors).toBeUndefined();
    return data.account.stats.followers.values;
  };

  beforeAll(async () => {
    const { streamId } = await savePosts(db, account, [aPost(account)]);
    const reading = (day: string, followers: number) => ({
      observedAt: Date.parse(day),
      followers,
      following: null,
      reportedPosts: null,
    });
    await noteFollowers(db.sql, streamId, [
      reading('2026-06-10T08:00:00Z', 100),
      reading('2026-06-13T08:00:00Z', 130),
    ]);
  });

  test.each([
    ['are null on the days between', '', '{}', [100, null, null, 130]],
    ['are repeated on the days between when asked for', '(carry: true)', '{}', [100, 100, 100, 130]],
    [
      'are null before the first and after the last reading',
      '',
      '{ from: "2026-06-09T00:00:00Z", to: "2026-06-18T00:00:00Z" }',
      [null, 100, null, null, 130, null, null, null, null],
    ],
    [
      // The clock of the tests is on the 15th.
      'are carried until today',
      '(carry: true)',
      '{ from: "2026-06-09T00:00:00Z", to: "2026-06-18T00:00:00Z" }',
      [null, 100, 100, 100, 130, 130, 130, null, null],
    ],
    [
      'are carried into a range without a reading',
      '(carry: true)',
      '{ from: "2026-06-11T00:00:00Z", to: "2026-06-13T00:00:00Z" }',
      [100, 100],
    ],
  ])('%s', async (_name, field, range, values) => {
    expect(await series(field, range)).toEqual(values);
  });
});
