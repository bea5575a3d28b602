import type { ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { storeUnavailable } from '../db/away.ts';
import { warnRarely } from '../platform/warn-rarely.ts';

export type Health = {
  /** What must work before requests are sent here, by name. A rejected check has failed. */
  readonly checks: Checks;
  /**
   * Optional services, without which the server is slower: their failure is reported as `degraded`, and requests may
   * still be sent here.
   */
  readonly dispensable?: Checks;
  /** Where answers are cached. Default: off. */
  readonly cache?: CacheKind;
};

type CacheKind = 'memory' | 'memory and redis' | 'off';

type Checks = Readonly<Record<string, () => Promise<void>>>;

type Outcome = { readonly ok: boolean; readonly ms: number; readonly error?: string };

const checkTimeoutMs = 2_000;

/** Answers 200: the process is up and its event loop runs. Nothing else is checked. */
export function sendLive(res: ServerResponse): void {
  sendJson(res, 200, { status: 'ok', timestamp: new Date().toISOString() });
}

/** Answers 200 with the state of all checks: `degraded` when one of them fails. */
export async function sendHealth(res: ServerResponse, health: Health, log: Logger): Promise<void> {
  const outcomes = await runChecks({ ...health.checks, ...health.dispensable }, log);
  const works = outcomes.every(([, { ok }]) => ok);
  sendJson(res, 200, { status: works ? 'ok' : 'degraded', ...summaryOf(health, outcomes) });
}

/**
 * Answers with the result of each check: 503 when a required one failed or took over two seconds. A database that is
 * away is reported as STORE_UNAVAILABLE; other reasons are only in the log.
 */
export async function sendReadiness(res: ServerResponse, health: Health, log: Logger): Promise<void> {
  const { checks, dispensable = {} } = health;
  const outcomes = await runChecks({ ...checks, ...dispensable }, log);
  const failed = outcomes.flatMap(([name, { ok }]) => (ok ? [] : [name]));
  const ready = failed.every((name) => name in dispensable);
  if (!ready) res.setHeader('retry-after', '5');
  const working = failed.length === 0 ? 'ok' : 'degraded';
  sendJson(res, ready ? 200 : 503, {
    status: ready ? working : 'unavailable',
    ...summaryOf(health, outcomes),
    checks: Object.fromEntries(outcomes),
  });
}

/** Answers 503: the server is stopping, so no new requests should be sent to it. */
export function sendStopping(res: ServerResponse): void {
  sendJson(res, 503, { status: 'stopping', timestamp: new Date().toISOString(), checks: {} });
}

/** Returns the summary. The cache is `degraded` while the answers of other processes are out of reach. */
function summaryOf({ cache = 'off' }: Health, outcomes: Awaited<ReturnType<typeof runChecks>>) {
  const failed = (name: string) => outcomes.some(([one, { ok }]) => one === name && !ok);
  const kept = cache === 'memory and redis' && failed('redis') ? 'degraded' : 'ok';
  return {
    timestamp: new Date().toISOString(),
    database: failed('database') ? 'unavailable' : 'ok',
    cache: cache === 'off' ? 'off' : kept,
  };
}

const runChecks = (checks: Checks, log: Logger) =>
  Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await runCheck(name, check, log)] as const),
  );

async function runCheck(name: string, check: () => Promise<void>, log: Logger): Promise<Outcome> {
  const start = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), checkTimeoutMs);
  });
  const ms = () => Math.round(performance.now() - start);
  try {
    const outcome = await Promise.race([check(), late]);
    if (outcome !== 'late') return { ok: true, ms: ms() };
    return { ok: false, ms: ms(), error: `no answer in ${checkTimeoutMs / 1000} s` };
  } catch (error) {
    warnRarely(log, { err: error }, `the readiness check of ${name} failed`);
    return { ok: false, ms: ms(), error: storeUnavailable(error)?.code ?? 'failed' };
  } finally {
    clearTimeout(timer);
  }
}

function sendJson(res: ServerResponse, status: number, value: object): void {
  res
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(JSON.stringify(value));
}
