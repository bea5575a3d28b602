import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { type App, createApp } from '../../src/app.ts';
import type { Access } from '../../src/access/access.ts';
import { localCaller } from '../../src/access/caller.ts';
import type { Database } from '../../src/db/client.ts';
import type { Services } from '../../src/graphql/context.ts';
import type { OperationsOptions } from '../../src/http/operations/operations.ts';
import { deleteStream } from '../../src/jobs/delete-stream.ts';
import { openFolder } from '../../src/jobs/uploads/folder.ts';

export const testNow = new Date('2026-06-15T12:00:00.000Z');

/** By default queries start no fetch. */
const refreshing: Services['refreshing'] = { afterMs: 15 * 60_000, refresh: () => {} };

/** A test without a worker has no job files. */
const noFiles = {
  spoolRoot: join(tmpdir(), 'larkstat-no-spool'),
  uploads: openFolder(join(tmpdir(), 'larkstat-no-uploads')),
};

/** Full access for everyone, as on this machine without keys. */
export const openAccess: Access = { identify: async () => localCaller, onEnd: () => () => {} };

/** The API over a test's own store, without a port; the clock stands still at `testNow`. */
export function openApp(
  db: Database,
  services: Partial<Services> = {},
  operations: OperationsOptions = { only: false },
): App {
  return createApp({
    db,
    operations,
    log: pino({ level: process.env.LOG_LEVEL ?? 'silent' }),
    services: {
      refreshing,
      deleteStream: (id: number) => deleteStream(db.sql, id, noFiles),
      ...services,
    } as Services, // safe: a test provides the services that its queries use
    now: () => testNow,
    caller: localCaller,
  });
}

export type Answer = {
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of any shape
  readonly data?: any;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
};

/** Runs a document and returns the whole response, including errors. */
export async function ask(app: App, query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
  const response = await app.fetch('http://test/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}
