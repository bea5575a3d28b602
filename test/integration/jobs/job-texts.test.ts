import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findJob } from '../../../src/entities/job/query.ts';
import { listProviderStates, saveProviderState } from '../../../src/fetch/provider-states.ts';
import {
  countPage,
  failJob,
  putBack,
  startJob,
  reportProgress,
  setRejected,
} from '../../../src/jobs/lease.ts';
import { createJob, reviveJob } from '../../../src/jobs/store.ts';
import { must } from '../../../src/shared/errors.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();

/** Characters that Postgres cannot store, among others that it can. */
const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom('\0', '\ud800', '\udfff', '😀', '\\u0000', "'", '{', '\x1b', '\uffff'),
      fc.string({ unit: 'binary' }),
      fc.string().map((text) => text.repeat(500)),
    ),
  )
  .map((parts) => parts.join(''));

test('any text of a job, a file or a provider can be stored, and is shortened', async () => {
  const take = async (jobId: string) => must(await startJob(db.sql, jobId), 'it waits');
  await fc.assert(
    fc.asyncProperty(anyText, async (text) => {
      const path = '/tmp/a.zip';
      const payload = { source: 'archive', path, handle: null, uploaded: true, name: text } as const;
      const jobId = await createJob(db.sql, 'X_ARCHIVE', payload);
      const said = async () => must(await findJob(db, jobId), 'it was made');
      const kept: string[] = [];
      let job = await take(jobId);
      await reportProgress(db.sql, job, text, null);
      kept.push((await said()).message);
      await setRejected(db.sql, jobId, 1, [{ where: text, reason: text }]);
      kept.push(...((await said()).rejections ?? []).flatMap(({ where, reason }) => [where, reason]));
      const page = { job, streamId: 1, cursor: '1', fetched: 1, inserted: 1, updated: 0, total: 1 };
      await db.sql.begin((tx) =>
        countPage(tx, { ...page, message: text, postsPerSecond: 1, recentPostsPerSecond: 1 }),
      );
      kept.push((await said()).message);
      await putBack(db.sql, job, { message: text, event: { message: text } });
      kept.push((await said()).message);
      job = await take(jobId);
      await failJob(db.sql, job, { code: 'BAD_INPUT', message: text, retryAt: null });
      kept.push((await said()).errorMessage ?? '');
      await saveProviderState(db.sql, 'X_API', { openUntil: null, limitedUntil: null, note: text });
      kept.push((await listProviderStates(db.sql)).get('X_API')?.note ?? '');
      expect(kept).toHaveLength(7);
      expect(new Set(kept).size).toBe(1);
      expect(kept[0]?.length).toBeLessThanOrEqual(2_000);
      expect(kept[0]?.isWellFormed()).toBe(true);
      expect(await reviveJob(db.sql, jobId)).not.toBeNull();
    }),
    { numRuns: 60 },
  );
}, 120_000);
