import { platform } from 'node:os';
import type { TransactionSql } from 'postgres';
import type { Database } from '../db/client.ts';
import { openClient } from '../db/open-client.ts';
import { guardTransactions } from '../db/transactions.ts';

/** The store to back up or restore. */
export type Place = { readonly db: Pick<Database, 'changeFeed' | 'sql'>; readonly url: string };

type Options = {
  readonly name: 'larkstat backup' | 'larkstat restore';
  /** The transaction mode, after BEGIN. */
  readonly mode?: string;
  /** When it is aborted, the connection is closed and the work fails. */
  readonly signal?: AbortSignal | undefined;
};

/**
 * Runs work in one transaction on a separate connection, which is always closed afterwards: an aborted COPY leaves a
 * connection unusable. The settings make every server write values in the same format.
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
        // A slow disk must not count as a dead client.
        ...(platform() === 'linux' ? { tcp_user_timeout: 0 } : {}),
      },
    }),
    db.changeFeed,
  );
  const abort = () => void client.end({ timeout: 0 });
  signal?.addEventListener('abort', abort, { once: true });
  let failure: { readonly error: unknown } | null = null;
  try {
    return (await client.begin(mode, async (tx) => {
      try {
        return await work(tx);
      } catch (error) {
        // The rollback of an aborted COPY fails with an error that would hide this one.
        failure = { error };
        // A COPY that nobody reads never ends; closing the connection rolls it back.
        abort();
        throw error;
      }
    })) as T; // safe: `begin` returns the result of the work
  } catch (error) {
    signal?.throwIfAborted();
    throw (failure as { readonly error: unknown } | null)?.error ?? error;
  } finally {
    signal?.removeEventListener('abort', abort);
    await client.end({ timeout: 0 });
  }
}
