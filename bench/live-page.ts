import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CDPSession, chromium } from 'playwright-core';
import { ingest } from '../src/streams/ingest.ts';
import { executablePath } from '../test/support/chromium.ts';
import { type PageWatch, watchPage } from '../test/support/page-watch.ts';
import { openBusyStreams } from './support/busy-streams.ts';
import { count, type Finding, mb, type Run, report } from './support/finding.ts';
import { serve, stop } from './support/served.ts';
import { median } from './support/timings.ts';

/** Allowed growth over half an hour: what the browser itself keeps for a while, such as timing entries. */
const mostGrowth = 0.05;
const topic = 'busy 1';

/** The page's memory after garbage collection. */
type Sample = {
  readonly news: number;
  readonly heap: number;
  readonly nodes: number;
  readonly asked: number;
};

/**
 * A topic's page that stays open for half an hour while something is posted every second: the memory of its scripts.
 * LIVE_PAGE_HURRY=4 speeds up the page's clock and the posts four times.
 */
export async function livePage(run: Run): Promise<readonly Finding[]> {
  const part = 'live-page';
  if (!existsSync(executablePath)) return [{ part, what: topic, size: '', figure: 'skipped: no chromium' }];
  const hurry = Number(process.env.LIVE_PAGE_HURRY ?? 1);
  const news = run.quick ? 60 : 1_800;
  const { store, others } = await openBusyStreams(run.quick ? 10_000 : 100_000, run.keepStores);
  const [stream] = others;
  if (stream === undefined) throw new Error('The store has no smaller topics');
  const server = await serve(store);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const origin = `http://localhost:${server.port}`;
    const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } });
    const watch = await watchPage(page, origin);
    await page.addInitScript(hurried(hurry));
    await page.goto(`${origin}/topic/${encodeURIComponent(topic)}?range=30d`);
    await page.locator('main[data-complete]').waitFor({ timeout: 60_000 });
    const inspector = await page.context().newCDPSession(page);
    const samples: Sample[] = [];
    const began = performance.now();
    for (let sent = 0; sent < news; sent += 1) {
      const posts = stream.nextPosts(1);
      await ingest(store.db.sql, {
        streamId: stream.streamId,
        platform: 'X',
        provider: 'X_API',
        pages: [{ account: null, posts, rejected: [], cursor: String(sent), total: posts.length }],
        read: (post) => post,
        now: Date.now,
      });
      if (sent % Math.ceil(news / 30) === 0) {
        samples.push(await sample(inspector, sent, watch));
        const last = samples.at(-1);
        report(
          `${sent} news: ${mb(last?.heap ?? 0)}, ${count(last?.nodes ?? 0)} nodes, asked ${last?.asked}`,
        );
      }
      await sleep(Math.max(0, began + ((sent + 1) * 1_000) / hurry - performance.now()));
    }
    samples.push(await sample(inspector, news, watch));
    const minutes = (performance.now() - began) / 60_000;
    const size = `${count(news)} news in ${minutes.toFixed(1)} min, asked ${samples.at(-1)?.asked} times`;
    return [
      growth('what the scripts hold, collected', size, samples, ({ heap }) => heap, mb),
      growth('nodes of the page, collected', size, samples, ({ nodes }) => nodes, count),
      {
        part,
        what: 'problems on the page',
        size,
        figure: watch.problems[0] ?? 'none',
        target: 'none',
        met: watch.problems.length === 0,
      },
    ];
  } finally {
    await browser.close();
    await stop(server.process);
    await store.close();
  }
}

/** Makes a page's clock and timers run faster. */
const hurried = (times: number): string => `(() => {
  const [date, performanceNow, timeout, interval] = [Date.now, performance.now, setTimeout, setInterval];
  const began = date();
  Date.now = () => began + (date() - began) * ${times};
  window.setTimeout = (run, ms, ...rest) => timeout(run, (ms ?? 0) / ${times}, ...rest);
  window.setInterval = (run, ms, ...rest) => interval(run, (ms ?? 0) / ${times}, ...rest);
})()`;

async function sample(inspector: CDPSession, news: number, { graphql }: PageWatch): Promise<Sample> {
  // Twice: the second collection frees what finalisers released.
  for (let time = 0; time < 2; time += 1) await inspector.send('HeapProfiler.collectGarbage');
  const { usedSize } = await inspector.send('Runtime.getHeapUsage');
  const { nodes } = await inspector.send('Memory.getDOMCounters');
  return { news, heap: usedSize, nodes, asked: graphql.length };
}

/** Compares the last third with the first third after the warm-up. */
function growth(
  what: string,
  size: string,
  samples: readonly Sample[],
  of: (sample: Sample) => number,
  print: (value: number) => string,
): Finding {
  const third = Math.ceil(samples.length / 3);
  const middle = (some: readonly Sample[]) => median(some.map(of).toSorted((a, b) => a - b));
  const [early, late] = [middle(samples.slice(1, third + 1)), middle(samples.slice(-third))];
  const grown = late / early - 1;
  return {
    part: 'live-page',
    what,
    size,
    figure: `${print(early)} in the first third, ${print(late)} in the last: ${(grown * 100).toFixed(1)} %`,
    target: `<= ${mostGrowth * 100} % more`,
    met: grown <= mostGrowth,
  };
}
