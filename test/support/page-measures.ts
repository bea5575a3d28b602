import type { Page } from 'playwright-core';

/** What a page's own performance entries tell. Times are milliseconds since its navigation began. */
export type PageMeasures = {
  /** Shifts that no input caused, summed: never less than the score that browsers report, which takes the worst 5 s. */
  readonly layoutShift: number;
  /** The longest time from an input to the next paint; null without one of 16 ms or more. */
  readonly interactionMs: number | null;
  /** When something was drawn first; null before that. */
  readonly firstPaintMs: number | null;
  /** When <main> had `data-complete`, which a page sets once each of its cards is loaded; null before that. */
  readonly completeMs: number | null;
};

// A text: what compiles this module adds calls to functions that a browser does not have.
const measure = `(() => {
  const measures = { layoutShift: 0, interactionMs: null, firstPaintMs: null, completeMs: null };
  Object.defineProperty(window, 'larkstatMeasures', { value: measures });
  const observe = (options, take) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ buffered: true, ...options });
  observe({ type: 'layout-shift' }, (entry) => {
    if (!entry.hadRecentInput) measures.layoutShift += entry.value;
  });
  observe({ type: 'event', durationThreshold: 16 }, (entry) => {
    if (entry.interactionId) measures.interactionMs = Math.max(measures.interactionMs ?? 0, entry.duration);
  });
  observe({ type: 'paint' }, (entry) => {
    if (entry.name === 'first-contentful-paint') measures.firstPaintMs = entry.startTime;
  });
  const look = () => {
    if (measures.completeMs === null && document.querySelector('main[data-complete]') !== null) {
      measures.completeMs = performance.now();
      console.debug('larkstat: complete');
    }
  };
  new MutationObserver(look).observe(document, {
    subtree: true, childList: true, attributes: true, attributeFilter: ['data-complete'],
  });
})()`;

/**
 * Resolves once a page that measures itself is complete; call it before the page is opened. It says so itself: what looks for
 * elements runs in the page, and takes of the time that is measured.
 */
export const completion = (page: Page, timeout: number): Promise<unknown> =>
  page.waitForEvent('console', { predicate: (said) => said.text() === 'larkstat: complete', timeout });

/** Has a page that has not been opened yet measure itself. */
export const measurePage = (page: Page): Promise<unknown> => page.addInitScript(measure);

/** The figures so far of a page that measures itself, once what is under way has been painted. */
export async function readMeasures(page: Page): Promise<PageMeasures> {
  await nextFrame(page);
  return (await page.evaluate('larkstatMeasures')) as PageMeasures; // safe: the script above made it
}

/** Resolves when what has changed so far has been painted. */
export const nextFrame = (page: Page): Promise<unknown> =>
  page.evaluate(
    'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(null))))',
  );
