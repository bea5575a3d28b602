import { readFile } from 'node:fs/promises';
import { localCaller } from '../access/caller.ts';
import { createApp } from '../app.ts';
import type { Services } from '../graphql/context.ts';
import { createLogger } from '../platform/logger.ts';
import { DomainError, errorCodes, type ErrorCode } from '../shared/errors.ts';
import { isNameOf } from '../shared/names.ts';
import type { Environment } from './output.ts';
import { withStore } from './with-store.ts';

const operations = new URL('../../schema/operations/', import.meta.url);

/**
 * The answer of the API to one of the operations of `schema/operations/`, by the name of its file: so that a command shows
 * what anybody can ask for. Throws what the API refuses, with its code.
 */
export async function askStore<Data>(
  environment: Environment,
  operation: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<Data> {
  return withStore(environment, async ({ db }, { refreshAfterMs }) => {
    const log = createLogger('error', 'cli');
    // A look from here has nothing fetched: this process ends before anything came of it.
    const refreshing = { afterMs: refreshAfterMs, refresh: () => {} };
    const services = { refreshing } as Partial<Services> as Services; // safe: operations that read ask for no other
    const app = createApp({ db, log, services, caller: localCaller });
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
    return answer.data as Data; // safe: an answer without errors has data
  });
}

const toCode = (code: string | undefined): ErrorCode => (isNameOf(errorCodes, code) ? code : 'INTERNAL');
