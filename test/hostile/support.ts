import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { pino } from 'pino';
import { expect } from 'vitest';
import { createApp } from '../../src/app.ts';
import type { Database } from '../../src/db/client.ts';
import type { Services } from '../../src/graphql/context.ts';
import { errorCodes } from '../../src/shared/errors.ts';
import { isNameOf } from '../../src/shared/names.ts';
import { ask, type Raw, serve, type Served } from '../integration/http/support.ts';

export type HostileServer = Served & {
  /** Lines that were logged so far. */
  readonly logged: readonly string[];
};

/** A server over a store, with its log. No query of these tests needs the other services. */
export async function serveHostile(db: Database): Promise<HostileServer> {
  const logged: string[] = [];
  const log = pino({ level: 'info' }, { write: (line) => void logged.push(line) });
  const refreshing: Services['refreshing'] = { afterMs: 15 * 60_000, refresh: () => {} };
  const app = createApp({ db, log, services: { refreshing } as Services }); // safe: see above
  return { ...(await serve(app, { log })), logged };
}

type Failure = { readonly message: string; readonly extensions?: { readonly code?: unknown } };

/** Fails unless every answer of a body is data or errors of the usual shape, few and short, none of them INTERNAL. */
export function expectTyped(body: string): void {
  const value: unknown = JSON.parse(body);
  for (const answer of Array.isArray(value) ? value : [value]) {
    const { data, errors } = answer as { data?: unknown; errors?: readonly Failure[] };
    expect(data !== undefined || errors !== undefined).toBe(true);
    expectErrors(errors ?? []);
  }
}

/** Fails unless the errors are few, short, and each has a public code that is not INTERNAL. */
export function expectErrors(errors: readonly Failure[]): void {
  expect(errors.length).toBeLessThanOrEqual(51);
  for (const { message, extensions } of errors) {
    expect(message.length).toBeLessThanOrEqual(1_001);
    expect(isNameOf(errorCodes, extensions?.code)).toBe(true);
    expect(extensions?.code, message).not.toBe('INTERNAL');
  }
}

/** Fails unless the server answers an ordinary query, and has logged neither errors nor much. */
export async function expectWell(server: HostileServer): Promise<void> {
  const honest: Raw = await ask(server, { query: '{ streams(first: 1) { nodes { id } } }' });
  expect(JSON.parse(honest.body)).toEqual({ data: { streams: { nodes: [] } } });
  for (const line of server.logged) {
    expect((JSON.parse(line) as { level: number }).level, line.slice(0, 500)).toBeLessThan(50);
    expect(line.length).toBeLessThan(5_000);
  }
}

/** Bytes of the live objects, after a garbage collection. */
export function liveBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed + process.memoryUsage().external;
}
