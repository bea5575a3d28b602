import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/db/client.ts';
import { distributeStore } from '../../src/db/distribute.ts';
import { migrate } from '../../src/db/migrate.ts';
import { findOrCreateAccount } from '../../src/streams/create.ts';
import { must } from '../../src/shared/errors.ts';
import { touch } from '../../src/streams/touch.ts';
import { afterwards } from '../support/afterwards.ts';
import { holdCommits, startCitusNodes, untilHeld } from '../support/citus-nodes.ts';
import { anAccount, aPost, asGiven, observed, writeBatch } from '../support/posts.ts';

const cluster = process.env.CITUS_URL ?? '';

describe.skipIf(cluster === '')('when the coordinator dies while a transaction commits', () => {
  test.each([
    { twoPhases: true, outcome: 'both its posts and its version are as before' },
    // The purpose of the marker: without it the store becomes inconsistent here, so the test fails when the marker has
    // no effect.
    { twoPhases: false, outcome: 'and no marker is written, posts change and the version does not' },
  ])('$outcome', async ({ twoPhases }) => {
    const { url, coordinator, worker } = await startCitusNodes(cluster);
    await migrate(url);
    await distributeStore(url, { shards: 2 });
    const db = openDatabase(url, { poolSize: 1, twoPhases });
    afterwards(() => db.close());
    const account = anAccount();
    const streamId = await findOrCreateAccount(db.sql, account);
    const posts = [aPost(account, { platformId: '1' }), aPost(account, { platformId: '2' })];
    const source = { streamId, platform: 'X', provider: 'X_API' } as const;
    await writeBatch(db.sql, source, { account, posts, read: asGiven, collectedAt: observed });
    const [before] = await coordinator`select version from streams where stream_id = ${streamId}`;

    const release = await holdCommits(worker);
    const committed = db.sql
      .begin(async (tx) => {
        await tx`update posts set text = 'changed' where stream_id = ${streamId}`;
        await touch(tx, streamId);
      })
      .then(
        () => 'committed',
        () => 'lost',
      );
    await untilHeld(worker, '^(commit|prepare transaction)');
    const [waiting] = await coordinator<{ pid: number }[]>`
      select pid from pg_stat_activity where query ~* '^commit' and application_name = 'larkstat' and state = 'active'`;
    process.kill(must(waiting, 'it waits for the worker').pid, 'SIGKILL');
    expect(await committed).toBe('lost');
    await release();

    const look = async () => {
      const [row] = await coordinator`
        select (select count(*)::int from posts where stream_id = ${streamId} and text = 'changed') as changed,
          (select version from streams where stream_id = ${streamId}) = ${before?.version} as same`;
      const left = await worker`select 1 from pg_prepared_xacts`;
      return { ...row, left: left.length };
    };
    const settled = { changed: twoPhases ? 0 : posts.length, same: true, left: 0 };
    await expect.poll(() => look().catch(String), { interval: 200 }).toEqual(settled);
  });
});
