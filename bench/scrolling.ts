import { existsSync } from 'node:fs';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import { executablePath } from '../test/support/chromium.ts';
import { nextFrame } from '../test/support/page-measures.ts';
import { watchPage } from '../test/support/page-watch.ts';
import { openBusyStreams } from './support/busy-streams.ts';
import { count, type Finding, ms, type Run, tell } from './support/finding.ts';
import { framesPerSecond, takeFrames, watchFrames } from './support/page-frames.ts';
import { serve, stop } from './support/served.ts';
import { median } from './support/timings.ts';

const leastFrames = 50;
/** How fast somebody scrolls who looks for something, and who flings the list away, in pixels a second. */
const speeds = { reading: 1_500, flinging: 8_000 };

/**
 * The list of a million posts, scrolled by gestures of the browser's own input: how many frames its main thread makes in
 * each second. Then the same list with as many rows loaded as it keeps.
 */
export async function* scrolling(run: Run): AsyncGenerator<Finding> {
  const part = 'scrolling';
  if (!existsSync(executablePath)) {
    yield { part, what: '/posts', size: '', figure: 'skipped: no chromium' };
    return;
  }
  const posts = run.quick ? 100_000 : 1_000_000;
  const { store } = await openBusyStreams(posts, run.keepStores);
  const server = await serve(store);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const origin = `http://localhost:${server.port}`;
    const seconds = run.quick ? 5 : 12;
    const floors = await scrollBare(browser, seconds);
    const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } });
    const { problems } = await watchPage(page, origin);
    await watchFrames(page);
    await page.goto(`${origin}/posts?sort=newest`);
    await page.locator('[role=feed] article').first().waitFor();
    const input = await page.context().newCDPSession(page);

    const measure = async (what: string, speed: number) => {
      const frames = await scroll(page, input, speed, seconds);
      const size = `${count(posts)} posts, ${count(await rowsLoaded(page))} rows loaded`;
      const floor = floors.get(speed) ?? [];
      return findingOf(`${what}, ${count(speed)} px a second`, size, frames, floor);
    };
    for (const [what, speed] of Object.entries(speeds)) yield await measure(what, speed);
    const rows = await loadRows(page, run.quick ? 2_000 : 100_000);
    tell(`${count(rows)} rows loaded`);
    for (const [what, speed] of Object.entries(speeds)) yield await measure(`${what} at the end`, speed);
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

/** The same gestures on a page of plain rows without any script: what the browser can show here at all. */
async function scrollBare(
  browser: Browser,
  seconds: number,
): Promise<ReadonlyMap<number, readonly number[]>> {
  const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } });
  try {
    await watchFrames(page);
    await page.goto('about:blank');
    const row = `<p style="height:72px;margin:0;border-bottom:1px solid">${'Words of a post, and some more. '.repeat(6)}</p>`;
    // A text: what compiles this module adds calls to functions that a browser does not have.
    await page.evaluate(`void (document.body.innerHTML = ${JSON.stringify(row)}.repeat(5000))`);
    const input = await page.context().newCDPSession(page);
    const floors = new Map<number, readonly number[]>();
    for (const speed of Object.values(speeds)) floors.set(speed, await scroll(page, input, speed, seconds));
    return floors;
  } finally {
    await page.close();
  }
}

/** Scrolls for so many seconds, and tells the times of the frames meanwhile. */
async function scroll(
  page: Page,
  input: CDPSession,
  speed: number,
  seconds: number,
): Promise<readonly number[]> {
  await takeFrames(page);
  // Gestures of a second: a longer one ends where the list ended when it began.
  for (let second = 0; second < seconds; second += 1)
    await input.send('Input.synthesizeScrollGesture', {
      x: 700,
      y: 500,
      yDistance: -speed,
      speed,
      gestureSourceType: 'mouse',
    });
  return takeFrames(page);
}

/** Goes to the end of the list again and again, until it has so many rows or no more. */
async function loadRows(page: Page, wanted: number): Promise<number> {
  let rows = await rowsLoaded(page);
  for (let tries = 0; rows < wanted && tries < 100; tries += 1) {
    await page.evaluate('window.scrollTo(0, document.documentElement.scrollHeight)');
    let more = false;
    // By frames of the page itself: its content policy refuses what waits for an expression.
    for (let frame = 0; frame < 300 && !more; frame += 1) {
      await nextFrame(page);
      more = (await rowsLoaded(page)) > rows;
    }
    if (!more) continue;
    tries = 0;
    rows = await rowsLoaded(page);
  }
  return rows;
}

// The list is as high as its rows, all of one height.
const rowsOf = `(() => {
  const feed = document.querySelector('[role=feed]');
  const row = feed?.querySelector('article');
  return row ? Math.round(feed.clientHeight / row.offsetHeight) : 0;
})()`;

const rowsLoaded = async (page: Page): Promise<number> => Number(await page.evaluate(rowsOf));

function findingOf(what: string, size: string, frames: readonly number[], floor: readonly number[]): Finding {
  const seconds = framesPerSecond(frames).toSorted((a, b) => a - b);
  const gaps = frames.slice(1).map((time, index) => time - (frames[index] ?? time));
  const slowest = seconds[0] ?? 0;
  return {
    part: 'scrolling',
    what,
    size,
    figure: `${median(seconds)} frames a second (worst second ${slowest}), longest frame ${ms(Math.max(0, ...gaps))}`,
    floor: `${median(framesPerSecond(floor).toSorted((a, b) => a - b))}: a page of plain rows`,
    target: `>= ${leastFrames} in the median second`,
    met: median(seconds) >= leastFrames,
  };
}
