import { readFile } from 'node:fs/promises';
import { localCaller } from '../access/caller.ts';
import { createApp } from '../app.ts';
import type { Config } from '../config.ts';
import type { Services } from '../graphql/context.ts';
import { createLogger } from '../platform/logger.ts';
import { packageFolder } from '../places.ts';
import { DomainError, type ErrorCode, errorCodes } from '../shared/errors.ts';
import { isNameOf } from '../shared/names.ts';
import type { OpenStore } from '../store.ts';
import type { Environment } from './output.ts';
import { withStore } from './with-store.ts';

const operations = new URL('schema/operations/', packageFolder);

/** Runs an operation of `schema/operations/` by its file's name, and returns its data. Throws its first error. */
export type Ask = <Data>(operation: string, variables: Readonly<Record<string, unknown>>) => Promise<Data>;

/** The API over a store, in this process, so that a command prints the same as the API returns. */
export function apiOf({ db }: OpenStore, { refreshAfterMs, chatBots }: Config): Ask {
  // Nothing is refreshed: this process ends before a fetch would.
  const refreshing = { afterMs: refreshAfterMs, refresh: () => {} };
  const services = { refreshing, chatBots } as Partial<Services> as Services; // safe: queries use no others
  const app = createApp({ db, log: createLogger('error', 'cli'), services, caller: localCaller });
  return async <Data>(operation: string, variables: Readonly<Record<string, unknown>>) => {
    const query = await readFile(new URL(`${operation}.graphql`, operations), 'utf8');
    const response = await app.fetch('http://localhost/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const answer = (await response.json()) as {
      data?: Data;
      errors?: readonly { message: string; extensions?: { code?: string } }[];
    };
    const [error] = answer.errors ?? [];
    if (error) throw new DomainError(toCode(error.extensions?.code), error.message);
    return answer.data as Data; // safe: without an error there is data
  };
}

/** Opens the store of the environment, and runs one operation. */
export const askStore = <Data>(
  environment: Environment,
  operation: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<Data> =>
  withStore(environment, (store, config) => apiOf(store, config)<Data>(operation, variables));

const toCode = (code: string | undefined): ErrorCode => (isNameOf(errorCodes, code) ? code : 'INTERNAL');
