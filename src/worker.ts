import { join } from 'node:path';
import type { Logger } from 'pino';
import { createWebhooks } from './alerts/deliver/webhook.ts';
import { startAlerts } from './alerts/watching.ts';
import { startCollecting } from './collect/collector.ts';
import { keepTokenIn } from './collect/kept-token.ts';
import { type Config, loadConfig } from './config.ts';
import { nameDeployment } from './db/migrate.ts';
import { loadDetector } from './ingest/enrich/language.ts';
import { openChain } from './fetch/chain.ts';
import { openFetching } from './fetch/fetching.ts';
import { saveProviderState } from './fetch/provider-states.ts';
import { openSpending } from './fetch/spending.ts';
import { openQueue } from './jobs/queue.ts';
import { openUploads } from './jobs/uploads/open-uploads.ts';
import { startWatchdog } from './jobs/watchdog.ts';
import { startWorker } from './jobs/worker.ts';
import { type Endpoint, openEndpoint } from './metrics/endpoint.ts';
import { printFamilies } from './metrics/families.ts';
import { answerMetrics } from './metrics/gather.ts';
import { createJobMetrics, type JobMetrics } from './metrics/job-metrics.ts';
import { machineRegistry } from './metrics/machine.ts';
import { watchProcess } from './metrics/registry.ts';
import { openTracing } from './platform/tracing.ts';
import { createLogger } from './platform/logger.ts';
import { openRedis } from './platform/redis.ts';
import { beatFile } from './worker-flags.ts';
import { configuredProviders } from './providers/configured.ts';
import { openEmoteServices } from './providers/emote-services/open.ts';
import type { EventSubOptions } from './providers/twitch-eventsub/open.ts';
import { type Helix, openHelix } from './providers/twitch-helix/channels.ts';
import { redact } from './shared/secrets.ts';
import { openStore } from './store.ts';
import { measureBurst } from './trends/trending/measure.ts';

/** How long a stop may take: as long as the parent waits for it. */
const stopLimitMs = 20_000;

/** The job process: runs queued jobs until it is asked to stop, or its parent is gone. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const log = createLogger(config.logLevel, 'worker');
  const tracing = await openTracing(config.tracing, log);
  const { tracer } = tracing;
  const store = await openStore(config, { applicationName: 'larkstat worker', poolSize: 6, tracer, log });
  const metrics = createJobMetrics(() => store.db.pools());
  watchProcess(metrics.registry);
  const queue = openQueue(store.url, log, store.redisQueue);
  const spoolRoot = join(config.dataFolder, 'spool');
  const uploads = openUploads(config.uploads, log);
  const chain = openChain({
    providers: configuredProviders(config.providers),
    spending: openSpending(store.db.sql, config.providers),
    log,
    onState: (provider, state) => saveProviderState(store.db.sql, provider, state),
    onCall: (call) => metrics.asked(call),
    tracer,
  });
  // Before any job, which the loading would block.
  loadDetector();
  const watchdog = startWatchdog(
    {
      databaseUrl: store.url,
      limitMs: config.workerStallMs,
      beatFile: beatFile(process.argv),
    },
    log,
  );
  const worker = await startWorker({
    db: store.db,
    url: store.url,
    queue,
    redisQueue: store.redisQueue,
    spoolRoot,
    uploads,
    fetching: openFetching({ sql: store.db.sql, queue, chain }),
    retention: config.retention,
    watchdog,
    observer: metrics,
    tracer,
    log,
  });
  const alerts = startAlerts({
    db: store.db,
    couriers: [createWebhooks({ rules: config.alerts.webhooks, now: Date.now })],
    measureBurst,
    observer: metrics,
    log,
  });
  const { ircUrl, channelsMax, spoolBytes, retainDeleted } = config.twitch;
  const collecting = startCollecting({
    db: store.db,
    ircUrl,
    eventSub: configuredEventSub(config, log),
    channelsMax,
    root: join(config.dataFolder, 'chat'),
    maxBytes: spoolBytes,
    stream: await openChatStream(config, store.url, log),
    retainDeleted,
    helix: configuredHelix(config),
    emotes: openEmoteServices({ urls: config.twitch.emoteUrls, timeoutMs: config.providers.timeoutMs }),
    observer: metrics,
    log,
  });
  const endpoint = await serveMetrics(metrics, config);
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    // A database that does not respond may block the end.
    setTimeout(() => process.exit(1), stopLimitMs).unref();
    await endpoint?.close();
    await Promise.all([worker.close(), alerts.close(), collecting.close()]);
    await tracing.close();
    await queue.close();
    await store.close();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // The parent died: put the jobs back, since nobody is left to need this process.
  process.on('disconnect', stop);
  await watchdog.ready;
  if (process.send === undefined) return;
  // The parent may have died while the store was opened: then its event is past.
  if (process.connected) process.send('ready');
  else await stop();
}

/** Twitch's API; null without the keys of an application. */
function configuredHelix({ twitch, providers }: Config): Helix | null {
  const { clientId, clientSecret, helixUrl, authUrl } = twitch;
  if (clientId === null || clientSecret === null) return null;
  const { timeoutMs } = providers;
  return openHelix({ clientId, clientSecret, helixUrl, authUrl, timeoutMs, now: Date.now });
}

/** Twitch's events; null without a user's token. */
function configuredEventSub({ twitch, providers, dataFolder }: Config, log: Logger): EventSubOptions | null {
  const { userToken, userRefreshToken, clientId, clientSecret, helixUrl, authUrl, eventSubUrl } = twitch;
  if (userToken === null) return null;
  const isRenewed = userRefreshToken !== null && clientId !== null && clientSecret !== null;
  const refresh = isRenewed ? { token: userRefreshToken, clientId, clientSecret } : null;
  const keeper =
    refresh === null
      ? null
      : keepTokenIn({
          path: join(dataFolder, 'twitch-user-token.json'),
          configured: { token: userToken, refreshToken: refresh.token },
          log,
        });
  const { timeoutMs } = providers;
  return {
    url: eventSubUrl,
    helixUrl,
    user: { token: userToken, refresh, keeper, authUrl, timeoutMs, now: Date.now },
  };
}

/** Where chat waits in Redis; null without Redis. */
async function openChatStream({ redisUrl, twitch }: Config, databaseUrl: string, log: Logger) {
  if (redisUrl === null) return null;
  const redis = openRedis(redisUrl, { name: 'larkstat-chat', log });
  return { redis, prefix: await nameDeployment(databaseUrl), linesMax: twitch.streamLines };
}

/** Serves the metrics to the parent, and at a port when one is configured. */
async function serveMetrics({ registry }: JobMetrics, config: Config): Promise<Endpoint | null> {
  const families = () => registry.getMetricsAsJSON();
  answerMetrics(process, families);
  const { workerPort: port, token } = config.metrics;
  if (port === null) return null;
  const machine = machineRegistry(config.dataFolder);
  const print = async () => printFamilies([await families(), await machine.getMetricsAsJSON()]);
  return openEndpoint({ host: config.http.host, port, token, print });
}

main().catch((error: Error) => {
  process.stderr.write(`larkstat worker: ${redact(error.message)}\n`);
  process.exit(1);
});
