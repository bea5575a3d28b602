import { expect, test } from 'vitest';
import { wantsDemo } from '../../../src/demo.ts';
import { readPlacement } from '../../../src/db/placement.ts';
import { deleteStreamRows } from '../../../src/streams/delete.ts';
import { createJob } from '../../../src/jobs/store.ts';
import { anAccount, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const embedded = async () => {
  const db = await openStore();
  return {
    db,
    url: db.url,
    kind: 'embedded' as const,
    placement: await readPlacement(db.sql),
    redisQueue: null,
    close: db.close,
  };
};

test('an embedded store that was never used is shown the demo, however often it was opened', async () => {
  const store = await embedded();
  expect(await wantsDemo(store)).toBe(true);
  expect(await wantsDemo(store)).toBe(true);
});

test('one of others is not', async () => {
  expect(await wantsDemo({ ...(await embedded()), kind: 'external' })).toBe(false);
});

test('one with a job is not: its posts are on their way', async () => {
  const store = await embedded();
  await createJob(store.db.sql, 'X_ARCHIVE', {
    source: 'archive',
    path: '/a.zip',
    handle: null,
    uploaded: false,
  });
  expect(await wantsDemo(store)).toBe(false);
});

test('one whose streams were all erased is not', async () => {
  const store = await embedded();
  const { streamId } = await savePosts(store.db, anAccount(), []);
  expect(await wantsDemo(store)).toBe(false);
  await deleteStreamRows(store.db.sql, streamId);
  expect(await wantsDemo(store)).toBe(false);
});
