import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CDPSession, chromium, type Page } from 'playwright-core';
import { executablePath } from '../test/support/chromium.ts';
import { watchPage } from '../test/support/page-watch.ts';
import { openBusyChat } from './support/busy-chat.ts';
import { count, type Finding, mb, ms, type Run, report } from './support/finding.ts';
import { takeFrames, watchFrames } from './support/page-frames.ts';
import { type Frames, framesFinding, scroll, scrollBare, speeds } from './support/scroll-gestures.ts';
import { serve, stop } from './support/served.ts';

const part = 'chat-feed';
const leastFrames = 60;
/** Messages a second that come while the feed is followed or scrolled. */
const rates = [10, 100];
/** How often a collector writes what was said. */
const writeEveryMs = 300;
/** How long the feed may take to load its older messages. */
const loadMs = 120_000;

/**
 * The page of a channel with as many messages in its feed as that keeps: how many frames its main thread makes in each second,
 * while it is scrolled by gestures of the browser's own input, and while messages come. The feed loads the stored ones
 * itself, page by page, and the new ones come by its subscription.
 */
export async function* chatFeed(run: Run): AsyncGenerator<Finding> {
  if (!existsSync(executablePath)) {
    yield { part, what: '/twitch', size: '', figure: 'skipped: no chromium' };
    return;
  }
  const messages = run.quick ? 10_000 : 100_000;
  const seconds = run.quick ? 5 : 10;
  const { store, login, say } = await openBusyChat(messages, run.keepStores);
  const server = await serve(store, { MEDIA: 'off' });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const origin = `http://localhost:${server.port}`;
    const floors = await scrollBare(browser, seconds);
    const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } });
    const { problems } = await watchPage(page, origin);
    await watchFrames(page);
    // A range whose figures change with what comes.
    await page.goto(`${origin}/twitch/${login}?range=7d`);
    await page.locator('main[data-complete]').waitFor({ timeout: 60_000 });
    const log = page.getByRole('log', { name: 'Chat' });
    await log.scrollIntoViewIfNeeded();
    const box = await log.boundingBox();
    if (box === null) throw new Error('The feed is not shown');
    const place = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const input = await page.context().newCDPSession(page);

    const began = performance.now();
    const loaded = await loadOlder(page, messages);
    const tookMs = performance.now() - began;
    yield {
      part,
      what: 'messages that the feed loaded by its pages of older ones',
      size: `${count(messages)} stored`,
      figure: `${count(loaded)} in ${(tookMs / 1_000).toFixed(1)} s; ${mb(await heapOf(input))} of scripts`,
      target: count(messages),
      met: loaded >= messages,
    };
    const size = `${count(loaded)} messages in the feed`;
    const findingOf = (what: string, { frames, busy }: Measured, speed: number): Finding => {
      const floor = floors.get(speed) ?? [];
      const finding = framesFinding({ part, what, size, frames, floor, least: leastFrames });
      return { ...finding, figure: `${finding.figure}; at work ${ms(busy)} of a second` };
    };
    const scrolled = (speed: number) =>
      whileWatched(input, () => scroll(page, input, { place, speed, seconds }));
    const toNewest = () =>
      page
        .locator('#chat')
        .getByRole('button', { name: /newest| new$/ })
        .click();

    for (const [what, speed] of Object.entries(speeds)) {
      yield findingOf(`${what}, ${count(speed)} px a second`, await scrolled(-speed), speed);
      await toNewest();
    }
    for (const rate of rates) {
      const rated = `while ${rate} messages a second come`;
      const followed = await whileSaying(say, rate, async () => {
        await sleep(1_000);
        await takeFrames(page);
        return whileWatched(input, async () => {
          await sleep(seconds * 1_000);
          return takeFrames(page);
        });
      });
      yield findingOf(`following ${rated}`, followed, speeds.reading);
      for (const [what, speed] of Object.entries(speeds)) {
        // Up from the end: the feed waits for who reads, and counts what comes.
        const frames = await whileSaying(say, rate, () => scrolled(-speed));
        yield findingOf(`${what} ${rated}`, frames, speed);
        await toNewest();
      }
    }
    yield {
      part,
      what: 'scripts of the page, collected',
      size,
      figure: mb(await heapOf(input)),
    };
    yield {
      part,
      what: 'problems on the page',
      size: '',
      figure: problems[0] ?? 'none',
      target: 'none',
      met: problems.length === 0,
    };
  } finally {
    await browser.close();
    await stop(server.process);
    await store.close();
  }
}

type Measured = {
  readonly frames: Frames;
  /** How long the main thread was at work in a second, in milliseconds of its own clock: others that run do not count. */
  readonly busy: number;
};

async function whileWatched(input: CDPSession, work: () => Promise<Frames>): Promise<Measured> {
  await input.send('Performance.enable', { timeDomain: 'threadTicks' });
  const spent = async () => {
    const { metrics } = await input.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
  };
  const [before, began] = [await spent(), performance.now()];
  const frames = await work();
  const seconds = (performance.now() - began) / 1_000;
  return { frames, busy: (1_000 * ((await spent()) - before)) / seconds };
}

/** Does something while so many messages a second are stored. */
async function whileSaying<Result>(
  say: (messages: number) => Promise<void>,
  rate: number,
  work: () => Promise<Result>,
): Promise<Result> {
  let isOver = false;
  const saying = (async () => {
    const began = performance.now();
    let said = 0;
    for (let turn = 1; !isOver; turn += 1) {
      const due = Math.floor((turn * writeEveryMs * rate) / 1_000);
      await say(due - said);
      said = due;
      await sleep(Math.max(0, began + turn * writeEveryMs - performance.now()));
    }
    report(`${count(said)} messages in ${((performance.now() - began) / 1_000).toFixed(1)} s`);
  })();
  try {
    return await work();
  } finally {
    isOver = true;
    await saying;
  }
}

/** Goes to the first message of the feed again and again, until it has so many, or no more come. */
async function loadOlder(page: Page, wanted: number): Promise<number> {
  const end = performance.now() + loadMs;
  let rows = 0;
  while (performance.now() < end) {
    rows = Number(await page.evaluate(goUp));
    if (rows >= wanted) break;
  }
  return rows;
}

// Runs inside the page: a call from here for each page of messages would take longer than loading it. At last it scrolls to
// the end, where a line has the number of messages.
const goUp = `new Promise((resolve) => {
  const log = document.querySelector('[role=log]');
  const until = performance.now() + 2_000;
  const twice = (done) => requestAnimationFrame(() => requestAnimationFrame(done));
  const goUp = () => {
    if (performance.now() < until) {
      log.scrollTop = 0;
      requestAnimationFrame(goUp);
    } else {
      log.scrollTop = log.scrollHeight;
      twice(() => resolve(1 + Math.max(...[...log.querySelectorAll('[data-index]')].map((line) => line.dataset.index))));
    }
  };
  goUp();
})`;

/** What the scripts of the page hold after their garbage was collected. */
async function heapOf(input: CDPSession): Promise<number> {
  // Twice: what finalisers let go of is collected by the second one.
  for (let time = 0; time < 2; time += 1) await input.send('HeapProfiler.collectGarbage');
  return (await input.send('Runtime.getHeapUsage')).usedSize;
}
