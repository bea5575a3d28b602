import { describe, expect, test } from 'vitest';
import { afterwards } from '../../support/afterwards.ts';
import { openDetour } from '../../support/detour.ts';
import { type Raw, ask } from '../http/support.ts';
import { anAskedAccount, howOf, openCountedStore, postsOf, serveCached } from './support.ts';
import { openAgain } from '../../support/store.ts';

// A table that another transaction has locked makes a statement as slow as needed.
const { store, statements } = await openCountedStore({ applicationName: 'asked' });
const holder = openAgain(store.url, { poolSize: 2, applicationName: 'holder' });
afterwards(() => holder.close());

/** The rollup that totals are read from is locked while the work runs; posts can be written meanwhile. */
async function whileTotalsAreHeld(work: () => Promise<void>): Promise<void> {
  await holder.sql.begin(async (tx) => {
    await tx`lock table tally_totals in access exclusive mode`;
    await work();
  });
}

async function waiting(): Promise<number> {
  const [row] = await holder.sql<{ count: number }[]>`
    select count(*)::int as count from pg_stat_activity
    where application_name = 'asked' and wait_event_type = 'Lock' and datname = current_database()`;
  return row?.count ?? 0;
}

describe('those who ask the same at the same time', () => {
  test('share one computation, be they a thousand', async () => {
    const server = await serveCached(store);
    const { query } = await anAskedAccount(store);
    // The statements of one computation.
    await ask(server, { query: `${query} # once` });
    statements.length = 0;
    await ask(server, { query: `${query} # once more` });
    const ofOne = statements.length;
    statements.length = 0;
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => ask(server, { query })));
    expect(statements.length).toBe(ofOne);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(answers.map(postsOf)).toEqual(answers.map(() => 1));
  });

  test('do not share what cannot be cached', async () => {
    const server = await serveCached(store);
    const query = '{ jobs { totalCount } }';
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(server, { query })));
    expect(answers.map(howOf)).toEqual(['miss', 'miss', 'miss', 'miss', 'miss']);
    statements.length = 0;
    await ask(server, { query });
    const ofOne = statements.length;
    await Promise.all(Array.from({ length: 4 }, () => ask(server, { query })));
    expect(statements.length).toBe(5 * ofOne);
  });

  test('a change while the answer is made is never hidden by it', async () => {
    const server = await serveCached(store);
    const { account } = await anAskedAccount(store);
    // The title is read at once; the median waits for the lock.
    const query = `{ account(handle: "${account.handle}") { displayName
      stats { totals { engagementMedian } } } }`;
    const nameOf = ({ body }: Raw) => JSON.parse(body).data.account.displayName;
    const { findOrCreateAccount } = await import('../../../src/streams/create.ts');
    const { saveProfile } = await import('../../../src/streams/profile.ts');
    const { touch } = await import('../../../src/streams/touch.ts');
    const streamId = await findOrCreateAccount(store.sql, account);
    const asked: Promise<Raw>[] = [];
    await whileTotalsAreHeld(async () => {
      asked.push(ask(server, { query }));
      await expect.poll(waiting).toBe(1);
      asked.push(ask(server, { query }));
      await ask(server, { query: '{ __typename }' });
      await store.sql.begin(async (tx) => {
        await saveProfile(tx, streamId, {
          ...account,
          displayName: 'Changed',
          observedAt: account.observedAt + 1,
        });
        await touch(tx, streamId, { profile: true });
      });
      // It arrives after the change, and finds the computation that began before it.
      asked.push(ask(server, { query }));
      await ask(server, { query: '{ __typename } # again' });
    });
    // A request from before the change may see either state; a request after it must see the new one.
    const names = (await Promise.all(asked)).map(nameOf);
    expect(names).toEqual([account.displayName, account.displayName, 'Changed']);
    const last = await ask(server, { query });
    expect([howOf(last), nameOf(last)]).toEqual(['hit', 'Changed']);
  });
});

describe('time', () => {
  test('an answer whose time ran out is served once more, and computed again meanwhile', async () => {
    let now = Date.now();
    const server = await serveCached(store, { ttlMs: 60_000, now: () => now });
    const { query } = await anAskedAccount(store);
    await ask(server, { query });
    now += 59_000;
    expect(howOf(await ask(server, { query }))).toBe('hit');
    now += 2_000;
    statements.length = 0;
    expect(howOf(await ask(server, { query }))).toBe('stale');
    await expect.poll(async () => howOf(await ask(server, { query }))).toBe('hit');
    expect(statements.length).toBeGreaterThan(0);
  });

  test('an answer whose time ran out long ago is not served', async () => {
    let now = Date.now();
    const server = await serveCached(store, { ttlMs: 60_000, now: () => now });
    const { query } = await anAskedAccount(store);
    await ask(server, { query });
    now += 60_000 + 31_000;
    expect(howOf(await ask(server, { query }))).toBe('miss');
  });

  test('an answer that depends on the clock is cached for a shorter time', async () => {
    let now = Date.now();
    const server = await serveCached(store, { now: () => now });
    const { account } = await anAskedAccount(store);
    // The API's clock stands at noon UTC; in Auckland it is midnight.
    const streaks = (timeZone: string) =>
      `{ account(handle: "${account.handle}") { stats(timeZone: "${timeZone}") { streaks { current { days } } } } }`;
    const previous = `{ account(handle: "${account.handle}") {
      stats(range: { from: "2026-01-01T00:00:00Z" }) { previous { totals { posts } } } } }`;
    const asked = [streaks('UTC'), streaks('Etc/GMT-11'), previous];
    for (const query of asked) await ask(server, { query });
    now += 59_000;
    for (const query of asked) expect(howOf(await ask(server, { query }))).toBe('hit');
    now += 35_000;
    expect(howOf(await ask(server, { query: previous }))).toBe('miss');
    for (const query of asked.slice(0, 2)) expect(howOf(await ask(server, { query }))).toBe('hit');
  });
});

test('while the store is unavailable, cached answers are served, and marked as stale', async () => {
  const detour = await openDetour(store.url);
  const db = openAgain(detour.url, { poolSize: 2 });
  afterwards(async () => {
    await db.close();
    await detour.close();
  });
  const server = await serveCached(db);
  const { query, addPost } = await anAskedAccount(store);
  // Cached once the notification about the account has arrived.
  await expect.poll(async () => howOf(await ask(server, { query }))).toBe('hit');
  const first = await ask(server, { query });
  await detour.close();
  await addPost();
  const away = await ask(server, { query });
  expect([away.status, howOf(away), away.body]).toEqual([200, 'stale', first.body]);
  const unknown = await ask(server, { query: `${query} # never asked` });
  expect([unknown.status, howOf(unknown)]).toEqual([503, 'miss']);
  await detour.open();
  await expect.poll(async () => postsOf(await ask(server, { query }))).toBe(2);
});
