import { platform } from 'node:os';
import type { TransactionSql } from 'postgres';
import type { Database } from '../db/client.ts';
import { openClient } from '../db/open-client.ts';
import { guardTransactions } from '../db/transactions.ts';

/** The store that is copied, or copied into. */
export type Place = { readonly db: Pick<Database, 'news' | 'sql'>; readonly url: string };

type Options = {
  readonly name: 'larkstat backup' | 'larkstat restore';
  /** What follows BEGIN. */
  readonly mode?: string;
  /** When it is aborted, the connection is closed and the work fails. */
  readonly signal?: AbortSignal | undefined;
};

/**
 * Works in one transaction on a connection of its own, which is closed whatever happens: a COPY that was broken off
 * leaves one that nothing else can be asked on. Values are written the same way by every server.
 */
export async function inOneTransaction<T>(
  { db, url }: Place,
  { name, mode = '', signal }: Options,
  work: (tx: TransactionSql) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const client = guardTransactions(
    openClient(url, {
      purpose: 'migrating',
      applicationName: name,
      max: 1,
      connection: {
        DateStyle: 'ISO, MDY',
        TimeZone: 'UTC',
        bytea_output: 'hex',
        extra_float_digits: '1',
        // A disk that takes long to write is no dead client.
        ...(platform() === 'linux' ? { tcp_user_timeout: 0 } : {}),
      },
    }),
    db.news,
  );
  const giveUp = () => void client.end({ timeout: 0 });
  signal?.addEventListener('abort', giveUp, { once: true });
  let failure: { readonly error: unknown } | null = null;
  try {
    return (await client.begin(mode, async (tx) => {
      try {
        return await work(tx);
      } catch (error) {
        // What the rollback fails with in the middle of a COPY would take its place.
        failure = { error };
        // And a COPY whose rows nobody takes any more never comes to it: without its connection it is rolled back.
        giveUp();
        throw error;
      }
    })) as T; // safe: `begin` returns the result of the work
  } catch (error) {
    signal?.throwIfAborted();
    throw (failure as { readonly error: unknown } | null)?.error ?? error;
  } finally {
    signal?.removeEventListener('abort', giveUp);
    await client.end({ timeout: 0 });
  }
}
