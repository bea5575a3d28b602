import type { Browser, CDPSession, Page } from 'playwright-core';
import { type Finding, ms } from './finding.ts';
import { framesPerSecond, takeFrames, watchFrames } from './page-frames.ts';
import { median } from './timings.ts';

/** The times of the frames that a page made, in milliseconds. */
export type Frames = readonly number[];

/** How fast somebody scrolls who looks for something, and who flings a list away, in pixels a second. */
export const speeds = { reading: 1_500, flinging: 8_000 };

type Gesture = {
  /** Where the mouse is. */
  readonly place: { readonly x: number; readonly y: number };
  /** In pixels a second: down, or up when it is below 0. */
  readonly speed: number;
  readonly seconds: number;
};

/** Scrolls for so many seconds. Returns the times of the frames meanwhile. */
export async function scroll(
  page: Page,
  input: CDPSession,
  { place, speed, seconds }: Gesture,
): Promise<Frames> {
  await takeFrames(page);
  // Gestures of a second: a longer one ends where the list ended when it began.
  for (let second = 0; second < seconds; second += 1)
    await input.send('Input.synthesizeScrollGesture', {
      ...place,
      yDistance: -speed,
      speed: Math.abs(speed),
      gestureSourceType: 'mouse',
    });
  return takeFrames(page);
}

/** Both gestures on a page of plain rows without any script, by their speed: what the browser can show here at all. */
export async function scrollBare(browser: Browser, seconds: number): Promise<ReadonlyMap<number, Frames>> {
  const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } });
  try {
    await watchFrames(page);
    await page.goto('about:blank');
    const row = `<p style="height:72px;margin:0;border-bottom:1px solid">${'Words of a post, and some more. '.repeat(6)}</p>`;
    // A text: what compiles this module adds calls to functions that a browser does not have.
    await page.evaluate(`void (document.body.innerHTML = ${JSON.stringify(row)}.repeat(5000))`);
    const input = await page.context().newCDPSession(page);
    const floors = new Map<number, Frames>();
    for (const speed of Object.values(speeds))
      floors.set(speed, await scroll(page, input, { place: { x: 700, y: 500 }, speed, seconds }));
    return floors;
  } finally {
    await page.close();
  }
}

/** How many frames a page made in a second, beside those of a plain one. */
export function framesFinding(measured: {
  readonly part: string;
  readonly what: string;
  readonly size: string;
  readonly frames: Frames;
  readonly floor: Frames;
  /** Frames of the median second, at least. */
  readonly least: number;
}): Finding {
  const { part, what, size, frames, floor, least } = measured;
  const seconds = framesPerSecond(frames).toSorted((a, b) => a - b);
  const gaps = frames.slice(1).map((time, index) => time - (frames[index] ?? time));
  const longest = gaps.toSorted((a, b) => b - a).slice(0, 3);
  return {
    part,
    what,
    size,
    figure: `${median(seconds)} frames a second (worst second ${seconds[0] ?? 0}), longest frames ${longest.map(ms).join(', ')}`,
    floor: `${median(framesPerSecond(floor).toSorted((a, b) => a - b))}: a page of plain rows`,
    target: `>= ${least} in the median second`,
    met: median(seconds) >= least,
  };
}
