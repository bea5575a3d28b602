import { openApi } from './api.ts';
import { loadConfig } from './config.ts';
import type { Families } from './metrics/families.ts';
import { askMetrics, answerMetrics } from './metrics/gather.ts';
import { openedUntil } from './opened.ts';
import { openTracing } from './platform/tracing.ts';
import { createLogger } from './platform/logger.ts';
import type { StartMessage } from './processes.ts';
import { redact } from './shared/secrets.ts';
import { openStore } from './store.ts';

/** The most connections to the store of all API processes together. */
const connections = 20;
const fewestConnections = 4;

/** One of several processes that serve requests at one port. Its parent has migrated the store. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const [, , place, kind] = process.argv;
  const log = createLogger(config.logLevel, `server ${place} of ${config.processes}`);
  const stop = new AbortController();
  const opened = openedUntil(stop.signal);
  process.on('SIGTERM', () => stop.abort(new Error('Stopped by SIGTERM')));
  // Signals of a terminal go to the whole group: the parent decides when to stop.
  for (const name of ['SIGINT', 'SIGHUP'] as const) process.on(name, () => {});
  try {
    const tracing = await openTracing(config.tracing, log);
    opened.add(() => tracing.close());
    const { tracer } = tracing;
    const joined = await openStore(config, {
      applicationName: 'larkstat server',
      statementTimeoutMs: config.queryTimeoutMs,
      poolSize: Math.max(fewestConnections, Math.ceil(connections / config.processes)),
      signal: stop.signal,
      tracer,
      log,
    });
    opened.add(() => joined.close());
    // The parent sets DATABASE_URL also for an embedded store.
    const store = { ...joined, kind: kind === 'embedded' ? kind : joined.kind };
    const peers = {
      name: `api-${place}`,
      others: () => askMetrics(process, 2_000),
      report: (families: () => Promise<Families>) => answerMetrics(process, families),
    };
    send({ url: await openApi({ config, store, peers, tracer, log, opened }) });
    await new Promise((stopped) => stop.signal.addEventListener('abort', stopped));
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    await opened.close();
  }
}

const send = (message: StartMessage, sent = () => {}) => process.send?.(message, sent);

main().then(
  () => process.exit(0),
  (error: Error) => {
    // The parent prints it: once, even when several processes fail.
    send({ failure: redact(error.message) }, () => process.exit(1));
  },
);
