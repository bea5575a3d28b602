import type { Page } from 'playwright-core';

/** The page's own performance entries. Times are milliseconds since its navigation started. */
export type PageMeasures = {
  /**
   * The sum of layout shifts without input. It is at least the score that browsers report, which covers only the worst
   * 5 s.
   */
  readonly layoutShift: number;
  /** The longest time from an input to the next paint; null when none took 16 ms or more. */
  readonly interactionMs: number | null;
  /** The first paint; null before it. */
  readonly firstPaintMs: number | null;
  /** When <main> got `data-complete`, which a page sets after all its cards have loaded; null before that. */
  readonly completeMs: number | null;
};

// The script is a text, because the compiler of this module adds calls to functions that a browser does not have.
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
 * Resolves when a measured page is complete; call it before opening the page. The page itself reports this: a search
 * for elements from here would take part of the measured time.
 */
export const completion = (page: Page, timeout: number): Promise<unknown> =>
  page.waitForEvent('console', { predicate: (said) => said.text() === 'larkstat: complete', timeout });

/** Makes a page measure itself; call it before opening the page. */
export const measurePage = (page: Page): Promise<unknown> => page.addInitScript(measure);

/** The figures of a measured page so far, after pending paints. */
export async function readMeasures(page: Page): Promise<PageMeasures> {
  await nextFrame(page);
  return (await page.evaluate('larkstatMeasures')) as PageMeasures; // safe: the script above defines it
}

/** Resolves when all changes so far have been painted. */
export const nextFrame = (page: Page): Promise<unknown> =>
  page.evaluate(
    'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(null))))',
  );
