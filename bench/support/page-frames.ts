import type { Page } from 'playwright-core';

// A text: the compiler of this module adds calls to functions that a browser does not have.
const watch = `(() => {
  const frames = [];
  Object.defineProperty(window, 'larkstatFrames', { value: frames });
  const note = (at) => { frames.push(at); requestAnimationFrame(note); };
  requestAnimationFrame(note);
})()`;

/** Makes a page, before it is opened, record the time of each main-thread frame. */
export const watchFrames = (page: Page): Promise<unknown> => page.addInitScript(watch);

/** Returns and clears the frame times so far, in milliseconds of the page's clock. */
export const takeFrames = async (page: Page): Promise<readonly number[]> =>
  (await page.evaluate('larkstatFrames.splice(0)')) as number[]; // safe: the script above defines it

/** Frames in each whole second, including seconds without any. */
export function framesPerSecond(times: readonly number[]): readonly number[] {
  const [first, last] = [times[0] ?? 0, times.at(-1) ?? 0];
  const seconds: number[] = Array.from({ length: Math.floor((last - first) / 1_000) }, () => 0);
  for (const time of times) {
    const second = Math.floor((time - first) / 1_000);
    if (second < seconds.length) seconds[second] = (seconds[second] ?? 0) + 1;
  }
  return seconds;
}
