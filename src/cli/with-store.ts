import { type Config, loadConfig } from '../config.ts';
import { type OpenStore, openStore } from '../store.ts';
import type { Environment } from './output.ts';

/** Runs a command over the store: the running server's own, where there is one, else started for the while. */
export async function withStore<T>(
  environment: Environment,
  work: (store: OpenStore, config: Config) => Promise<T>,
): Promise<T> {
  const config = loadConfig(environment);
  const store = await openStore(config, { applicationName: 'larkstat cli', poolSize: 4 });
  try {
    return await work(store, config);
  } finally {
    await store.close();
  }
}
