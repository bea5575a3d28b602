import { createLogger } from '../platform/logger.ts';
import { startWorkerProcess } from '../worker-process.ts';
import { type Environment, type Output, print } from './output.ts';
import { untilStopped } from './stopped.ts';
import { withNewStore } from './with-store.ts';

/** Runs a job process without an API, until SIGTERM or SIGINT. */
export async function worker(environment: Environment, output: Output): Promise<void> {
  await withNewStore(environment, async (store, config) => {
    const stopped = untilStopped();
    const started = startWorkerProcess(environment, store.url, createLogger(config.logLevel, 'worker'));
    try {
      // The stop may come before the process is ready.
      await Promise.race([started.ready, stopped]);
      print(output, { database: store.kind }, ['larkstat takes jobs now: Ctrl-C ends it']);
      await stopped;
    } finally {
      await started.close();
    }
  });
}
