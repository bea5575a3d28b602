import type { Page } from 'playwright-core';

// A text: what compiles this module adds calls to functions that a browser does not have.
const watch = `(() => {
  const frames = [];
  Object.defineProperty(window, 'larkstatFrames', { value: frames });
  const note = (at) => { frames.push(at); requestAnimationFrame(note); };
  requestAnimationFrame(note);
})()`;

/** Has a page that has not been opened yet note the time of each frame that its main thread makes. */
export const watchFrames = (page: Page): Promise<unknown> => page.addInitScript(watch);

/** The times of the frames so far, in milliseconds of the page's clock; it forgets them. */
export const takeFrames = async (page: Page): Promise<readonly number[]> =>
  (await page.evaluate('larkstatFrames.splice(0)')) as number[]; // safe: the script above made it

/** The frames of each whole second, one a second that had none included. */
export function framesPerSecond(times: readonly number[]): readonly number[] {
  const [first, last] = [times[0] ?? 0, times.at(-1) ?? 0];
  const seconds: number[] = Array.from({ length: Math.floor((last - first) / 1_000) }, () => 0);
  for (const time of times) {
    const second = Math.floor((time - first) / 1_000);
    if (second < seconds.length) seconds[second] = (seconds[second] ?? 0) + 1;
  }
  return seconds;
}
