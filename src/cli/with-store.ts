import { type Config, loadConfig } from '../config.ts';
import { createLogger } from '../platform/logger.ts';
import { type OpenStore, openStore } from '../store.ts';
import type { Environment } from './output.ts';
import { stopped } from './stopped.ts';

/**
 * Runs a command over an existing store: the running server's, else one that is started for this command. NOT_FOUND
 * without a store.
 * When the command is stopped its statements fail. It is then still awaited, since it may have more to close.
 */
export const withStore = <T>(environment: Environment, work: Work<T>): Promise<T> =>
  withOpenStore(environment, { existing: true }, work);

/** The same for commands that write: creates the store when there is none. */
export const withNewStore = <T>(environment: Environment, work: Work<T>): Promise<T> =>
  withOpenStore(environment, { existing: false }, work);

type Work<T> = (store: OpenStore, config: Config) => Promise<T>;

async function withOpenStore<T>(
  environment: Environment,
  { existing }: { readonly existing: boolean },
  work: Work<T>,
): Promise<T> {
  const config = loadConfig(environment);
  const store = await openStore(config, {
    applicationName: 'larkstat cli',
    poolSize: 4,
    existing,
    signal: stopped,
    log: createLogger(config.logLevel, 'cli'),
  });
  const stop = () => void store.db.close();
  stopped.addEventListener('abort', stop);
  try {
    stopped.throwIfAborted();
    return await work(store, config);
  } finally {
    stopped.removeEventListener('abort', stop);
    await store.close();
  }
}
