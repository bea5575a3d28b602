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

test('an embedded store that was never used gets the demo, however often it was opened', async () => {
  const store = await embedded();
  expect(await wantsDemo(store)).toBe(true);
  expect(await wantsDemo(store)).toBe(true);
});

test('an external store does not get the demo', async () => {
  expect(await wantsDemo({ ...(await embedded()), kind: 'external' })).toBe(false);
});

test('a store with a job does not get the demo: its posts will come', async () => {
  const store = await embedded();
  await createJob(store.db.sql, 'X_ARCHIVE', {
    source: 'archive',
    path: '/a.zip',
    handle: null,
    uploaded: false,
  });
  expect(await wantsDemo(store)).toBe(false);
});

test('a store whose streams were all erased does not get the demo', async () => {
  const store = await embedded();
  const { streamId } = await savePosts(store.db, anAccount(), []);
  expect(await wantsDemo(store)).toBe(false);
  await deleteStreamRows(store.db.sql, streamId);
  expect(await wantsDemo(store)).toBe(false);
});
