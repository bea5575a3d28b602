import { setTimeout as sleep } from 'node:timers/promises';
import { seedAccount } from './support/account.ts';
import { count, type Finding, type Run, report, times } from './support/finding.ts';
import { createRawClient, type RawClient, type Reply } from './support/raw-client.ts';
import { serve, type Served, stop } from './support/served.ts';
import { openBenchStore } from './support/store.ts';
import { median } from './support/timings.ts';

/** Numbers of clients that each send one query after the other; the server's peak is at one of them. */
const concurrencies = [4, 8, 16, 32, 64, 128];
const factor = 3;
const target = 0.9;
const rounds = 3;

/**
 * The throughput of a server with three times the load that it can handle. Each round measures the peak, with the best
 * number of clients, and right after it the overload, for the same time: the best of six short measurements alone would
 * be a lucky one. The first seconds never count, just as requests still under way at the end are not counted.
 */
export async function overload(run: Run): Promise<readonly Finding[]> {
  const store = await openBenchStore();
  const seconds = run.quick ? 4 : 15;
  const warmUp = run.quick ? 1 : 3;
  let server: Served | undefined;
  try {
    const { handle } = await seedAccount(store, run.quick ? 2_000 : 20_000);
    server = await serve(store);
    const url = `http://127.0.0.1:${server.port}/graphql`;
    let asked = 0;
    const ask: Asking = (client) =>
      // Never the same query twice: a cached response costs nothing.
      client.ask(`{ account(handle: "${handle}") { stats { totals { posts engagement } } } } # ${asked++}`);
    await closedLoop(url, ask, { clients: 8, seconds: 1, warmUp: 0 });
    const tried: { readonly clients: number; readonly rate: number }[] = [];
    for (const clients of concurrencies) {
      const rate = rateOf(await closedLoop(url, ask, { clients, seconds: seconds / 5, warmUp: warmUp / 3 }));
      report(`${clients} clients: ${rate.toFixed(0)} answers a second`);
      tried.push({ clients, rate });
    }
    const { clients } = tried.reduce((best, one) => (one.rate > best.rate ? one : best));
    const peaks: number[] = [];
    const rates: number[] = [];
    const shares: number[] = [];
    const replies: Reply[] = [];
    for (let round = 1; round <= rounds; round++) {
      const peak = rateOf(await closedLoop(url, ask, { clients, seconds, warmUp }));
      const over = await openLoop(url, ask, { rate: peak * factor, seconds, warmUp });
      const rate = rateOf(over);
      report(`round ${round}: ${peak.toFixed(0)} at the peak, ${rate.toFixed(0)} at ${factor} times as much`);
      peaks.push(peak);
      rates.push(rate);
      shares.push(rate / peak);
      replies.push(...over.replies);
    }
    const refused = replies.filter(({ status, retryAfter }) => status === 503 && retryAfter !== null).length;
    const others = replies.length - replies.filter(({ isOk }) => isOk).length - refused;
    const share = medianOf(shares);
    return [
      {
        part: 'overload',
        what: `answers a second at ${factor} times the peak, median of ${rounds} rounds`,
        size: `${count(replies.length)} requests in ${rounds} times ${seconds} s`,
        figure: `${medianOf(rates).toFixed(0)}; ${count(refused)} refused by 503 with Retry-After, ${count(others)} failed otherwise`,
        floor: `${medianOf(peaks).toFixed(0)} at the peak, with ${clients} clients, for as long, by turns`,
        ratio: times(share),
        target: `>= ${target}, and nothing fails otherwise`,
        met: share >= target && others === 0,
      },
    ];
  } finally {
    if (server !== undefined) await stop(server.process);
    await store.close();
  }
}

const medianOf = (values: readonly number[]): number => median([...values].sort((a, b) => a - b));

type Asking = (client: RawClient) => Promise<Reply>;

/** Responses, and the period by `performance.now()` in which they count. */
type Measured = { readonly replies: readonly Reply[]; readonly from: number; readonly to: number };

type Length = { readonly seconds: number; readonly warmUp: number };

const rateOf = ({ replies, from, to }: Measured): number =>
  replies.filter(({ isOk, at }) => isOk && at >= from && at < to).length / ((to - from) / 1_000);

/** Clients that each wait for a response before the next request. */
async function closedLoop(
  url: string,
  ask: Asking,
  { clients, seconds, warmUp }: Length & { readonly clients: number },
): Promise<Measured> {
  const client = createRawClient(url);
  const from = performance.now() + warmUp * 1_000;
  const to = from + seconds * 1_000;
  const replies: Reply[] = [];
  const one = async () => {
    while (performance.now() < to) replies.push(await ask(client));
  };
  await Promise.all(Array.from({ length: clients }, one));
  client.close();
  return { replies, from, to };
}

/** Requests that are due are sent at this interval: a shorter one would take processor time from the server. */
const betweenSendsMs = 4;

/** Sends requests at this rate, whether the answers come or not. */
async function openLoop(
  url: string,
  ask: Asking,
  { rate, seconds, warmUp }: Length & { readonly rate: number },
): Promise<Measured> {
  const client = createRawClient(url);
  const asked: Promise<Reply>[] = [];
  const started = performance.now();
  const from = started + warmUp * 1_000;
  const to = from + seconds * 1_000;
  for (let now = started; now < to; now = performance.now()) {
    while (asked.length < ((now - started) / 1_000) * rate) asked.push(ask(client));
    await sleep(betweenSendsMs);
  }
  const replies = await Promise.all(asked);
  client.close();
  return { replies, from, to };
}
