import { type Config, loadConfig } from '../config.ts';
import { createLogger } from '../platform/logger.ts';
import { type OpenStore, openStore } from '../store.ts';
import type { Environment } from './output.ts';
import { stopped } from './stopped.ts';

/**
 * Runs a command over the store: the running server's own, where there is one, else started for the while. When the
 * command is stopped, its statements fail; it is waited for, as it may have more to close than the store.
 */
export async function withStore<T>(
  environment: Environment,
  work: (store: OpenStore, config: Config) => Promise<T>,
): Promise<T> {
  const config = loadConfig(environment);
  const store = await openStore(config, {
    applicationName: 'larkstat cli',
    poolSize: 4,
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
