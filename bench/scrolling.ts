import { existsSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';
import { executablePath } from '../test/support/chromium.ts';
import { nextFrame } from '../test/support/page-measures.ts';
import { watchPage } from '../test/support/page-watch.ts';
import { openBusyStreams } from './support/busy-streams.ts';
import { count, type Finding, type Run, report } from './support/finding.ts';
import { watchFrames } from './support/page-frames.ts';
import { type Frames, framesFinding, scroll, scrollBare, speeds } from './support/scroll-gestures.ts';
import { serve, stop } from './support/served.ts';

const leastFrames = 50;
const place = { x: 700, y: 500 };

/**
 * Scrolls the list of a million posts with the browser's own input gestures and counts the main thread's frames per
 * second. Then the same with as many loaded rows as the list keeps.
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
    const findingOf = (what: string, size: string, frames: Frames, floor: Frames) =>
      framesFinding({ part, what, size, frames, floor, least: leastFrames });
    const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } });
    const { problems } = await watchPage(page, origin);
    await watchFrames(page);
    await page.goto(`${origin}/posts?sort=newest`);
    await page.locator('[role=feed] article').first().waitFor();
    const input = await page.context().newCDPSession(page);

    const measure = async (what: string, speed: number) => {
      const frames = await scroll(page, input, { place, speed, seconds });
      const size = `${count(posts)} posts, ${count(await rowsLoaded(page))} rows loaded`;
      const floor = floors.get(speed) ?? [];
      return findingOf(`${what}, ${count(speed)} px a second`, size, frames, floor);
    };
    for (const [what, speed] of Object.entries(speeds)) yield await measure(what, speed);
    const rows = await loadRows(page, run.quick ? 2_000 : 100_000);
    report(`${count(rows)} rows loaded`);
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

/** Goes to the end of the list again and again, until it has so many rows or no more. */
async function loadRows(page: Page, wanted: number): Promise<number> {
  let rows = await rowsLoaded(page);
  for (let tries = 0; rows < wanted && tries < 100; tries += 1) {
    await page.evaluate('window.scrollTo(0, document.documentElement.scrollHeight)');
    let more = false;
    // Waits with the page's own frames: its content policy refuses waiting for an expression.
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

// The list's height gives the number of rows, which all have the same height.
const rowsOf = `(() => {
  const feed = document.querySelector('[role=feed]');
  const row = feed?.querySelector('article');
  return row ? Math.round(feed.clientHeight / row.offsetHeight) : 0;
})()`;

const rowsLoaded = async (page: Page): Promise<number> => Number(await page.evaluate(rowsOf));
