import { expect } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { must } from '../../src/shared/errors.ts';
import type { AccountProfile } from '../../src/shared/post.ts';
import type { Outcome } from '../support/asked.ts';
import type { Questions } from '../support/load.ts';
import { anAccount, aPost, savePosts } from '../support/posts.ts';
import { afterwards } from '../support/afterwards.ts';
import type { Subscriber } from '../support/subscribers.ts';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The length of an outage in these tests, in seconds: the shortest that shows the fault. FAULT_SECONDS=60 makes it
 * longer.
 */
export const faultSeconds = Number(process.env.FAULT_SECONDS ?? 3);

/** A request that takes this long hangs: twenty times the usual time on a busy machine. */
const hangMs = 10_000;

/** Prints what was seen, for longer outages that somebody watches. */
export function tell(what: string): void {
  if (process.env.FAULT_SECONDS !== undefined) process.stderr.write(`  ${what}\n`);
}

/** A stream with a post, which is written to repeatedly. */
export type Written = {
  readonly account: AccountProfile;
  /** Its id in the API. */
  readonly id: string;
  /** Writes another post now. */
  more(): Promise<void>;
  /** The version that is stored. */
  version(): Promise<number>;
};

export async function aWrittenStream(db: Database): Promise<Written> {
  const account = anAccount();
  const { streamId } = await savePosts(db, account, [aPost(account)]);
  return {
    account,
    id: Buffer.from(`Account:${streamId}`).toString('base64'),
    more: async () => void (await savePosts(db, account, [aPost(account)])),
    version: async () => {
      const [row] = await db.sql<{ version: number }[]>`
        select version::float8 as version from streams where stream_id = ${streamId}`;
      return must(row, 'nobody deletes it').version;
    },
  };
}

/** Writes to the stream until it is stopped; failed writes are repeated with the next. */
export function keepWriting({ more }: Written, everyMs = 200): () => Promise<void> {
  const stopping = new AbortController();
  const writing = (async () => {
    while (!stopping.signal.aborted) {
      await more().catch(() => {});
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  const stop = async () => {
    stopping.abort();
    await writing;
  };
  afterwards(stop);
  return stop;
}

/**
 * Queries of which one half is cached (each was sent before, once the load has run for a moment), and the other half
 * was never sent before.
 */
export const mixed =
  ({ account }: { readonly account: AccountProfile }): Questions =>
  (at) => {
    const totals = `account(handle: "${account.handle}") { displayName stats { totals { posts } } }`;
    if (at % 2 === 0) return { kind: 'kept', query: `{ ${totals} } # ${at % 6}` };
    return { kind: 'new', query: `{ ${totals} } # new ${at}` };
  };

/** No request failed, and none hung. */
export function expectAllAnswered(outcomes: readonly Outcome[]): void {
  expect(outcomes.filter(({ code, status }) => code !== 'OK' || status !== 200)).toEqual([]);
  expectNoneHung(outcomes);
}

export function expectNoneHung(outcomes: readonly Outcome[]): void {
  expect(outcomes.length).toBeGreaterThan(0);
  expect(outcomes.filter(({ ms }) => ms > hangMs)).toEqual([]);
}

/** The slowest request, in milliseconds. */
export const slowest = (outcomes: readonly Outcome[]): number =>
  Math.round(Math.max(...outcomes.map(({ ms }) => ms)));

/** Each received the version that is stored now, none that is older than before, and no error. */
export async function expectNewest(subscribers: readonly Subscriber[], stream: Written): Promise<void> {
  const version = await stream.version();
  await expect.poll(() => subscribers.filter((one) => (one.versions.at(-1) ?? 0) < version).length).toBe(0);
  for (const { versions, errors } of subscribers) {
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    expect(errors).toEqual([]);
  }
}
