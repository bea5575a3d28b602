import { describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/db/client.ts';
import { distributeStore } from '../../src/db/distribute.ts';
import { migrate } from '../../src/db/migrate.ts';
import { must } from '../../src/shared/errors.ts';
import type { EnrichedPost } from '../../src/shared/post.ts';
import { findOrCreateAccount } from '../../src/streams/create.ts';
import { afterwards } from '../support/afterwards.ts';
import { commitHalf, startCitusNodes } from '../support/citus-nodes.ts';
import { differencesOf } from '../support/differences.ts';
import { anAccount, aPost, asGiven, observed, writeBatch } from '../support/posts.ts';

const cluster = process.env.CITUS_URL ?? '';
const nodes = cluster === '' ? null : await startCitusNodes(cluster);
if (nodes !== null) {
  await migrate(nodes.url);
  await distributeStore(nodes.url, { shards: 2 });
}

/** A process on the store, and the statements of its queries. */
function open(): {
  readonly db: Database & { readonly url: string };
  readonly statements: readonly string[];
} {
  const { url } = must(nodes, 'tests without a cluster are skipped');
  const statements: string[] = [];
  const onStatement = (statement: string) => statements.push(statement);
  const db = openDatabase(url, { poolSize: 4, twoPhases: true, onStatement });
  afterwards(() => db.close());
  return { db: { ...db, url }, statements };
}

/** An account with a post, and a writer to it. */
async function aStream() {
  const { db } = open();
  const account = anAccount();
  const streamId = await findOrCreateAccount(db.sql, account);
  const source = { streamId, platform: 'X', provider: 'X_API' } as const;
  const write = (posts: readonly EnrichedPost[]) =>
    writeBatch(db.sql, source, { account, posts, read: asGiven, collectedAt: observed });
  await write([aPost(account)]);
  return { db, account, write };
}

const half = (write: () => Promise<unknown>) =>
  commitHalf(must(nodes, 'tests without a cluster are skipped'), write);

describe.skipIf(nodes === null)('between the commits of the coordinator and of the workers', () => {
  test('another transaction of the stream waits, and finds what the first one wrote', async () => {
    const { db, account, write } = await aStream();
    const posts = [aPost(account), aPost(account)];
    const finish = await half(() => write(posts.slice(0, 1)));
    const second = write(posts);
    await expect
      .poll(() => db.sql`select 1 from pg_locks where locktype = 'advisory' and not granted`)
      .toHaveLength(1);
    await finish();
    expect(await second).toMatchObject({ inserted: 1, updated: 0 });
    expect(await differencesOf(db)).toEqual([]);
  });
});
