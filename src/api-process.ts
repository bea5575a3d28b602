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

/** Connections to the store of all API processes together, at most. */
const connections = 20;
const fewestConnections = 4;

/** One of several processes that answer requests at one port; the one that forked it has made the store ready. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const [, , place, kind] = process.argv;
  const log = createLogger(config.logLevel, `server ${place} of ${config.processes}`);
  const stop = new AbortController();
  const opened = openedUntil(stop.signal);
  process.on('SIGTERM', () => stop.abort(new Error('Stopped by SIGTERM')));
  // A terminal's go to the whole group: the process that forked this one says when to stop.
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
    // DATABASE_URL leads to it in either case.
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
    // For the process that forked this one to say: where several fail, once.
    send({ failure: redact(error.message) }, () => process.exit(1));
  },
);
