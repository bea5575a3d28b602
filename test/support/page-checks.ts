import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { nextFrame } from './page-measures.ts';
import { root } from './program.ts';

/** Widths at which a layout may break: each breakpoint, a small phone, a phone and a very wide screen. */
export const widths = [320, 390, 640, 820, 1100, 1440, 1920, 2560] as const;

type AxeResult = {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
  }[];
};

let axe: string | null = null;

/** Rules about colours; all others give the same result in both themes. */
const colourRules = ['color-contrast', 'link-in-text-block'] as const;

/**
 * Problems that axe-core finds on the current page: rule, impact, element and reason. `only`: the rules to check;
 * default: all.
 */
export async function axeFindings(page: Page, only?: readonly string[]): Promise<readonly string[]> {
  axe ??= readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');
  // A script element would not work: the page's content policy refuses it.
  await page.evaluate(axe);
  const options = { resultTypes: ['violations'], ...(only && { runOnly: only }) };
  const { violations } = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as AxeResult;
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${impact}) at ${target.join(' ')}: ${failureSummary}`),
  );
}

/** Resolves when transitions have ended: colours change gradually between the themes. */
const transitionsEnd = `Promise.race([
  Promise.allSettled(
    document.getAnimations().filter((one) => one instanceof CSSTransition).map(({ finished }) => finished),
  ),
  new Promise((done) => setTimeout(done, 5_000)),
]).then(() => null)`;

/**
 * Problems that axe-core finds on a page in both themes. The system's preference switches the theme, without a reload.
 * Not for lists with undrawn rows (`content-visibility`): these rows keep their old colours.
 */
export async function axeFindingsInThemes(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.locator(`html[data-theme=${theme}]`).waitFor();
    await page.locator('main[data-complete]').waitFor();
    await nextFrame(page);
    await page.evaluate(transitionsEnd);
    const findings = await axeFindings(page, theme === 'light' ? undefined : colourRules);
    found.push(...findings.map((finding) => `${theme}: ${finding}`));
  }
  return found;
}

/** The width of the page's content, and the elements that extend furthest beyond the window. */
const widest = `(() => {
  const wide = [...document.querySelectorAll('body *')]
    .map((element) => [element.getBoundingClientRect().right, element])
    .filter(([right]) => right > innerWidth)
    .sort(([a], [b]) => b - a)
    .slice(0, 3);
  return [
    document.documentElement.scrollWidth,
    wide.map(([right, element]) => element.cloneNode(false).outerHTML.slice(0, 80) + ' to ' + Math.round(right)).join(', '),
  ];
})()`;

/**
 * The widths at which a page scrolls sideways, each with the content's width and the elements that extend furthest. A
 * chart takes its new width a frame or more after the window, so a page gets 60 frames.
 */
export async function sidewaysScrolls(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  const { height } = page.viewportSize() ?? { height: 900 };
  for (const width of widths) {
    await page.setViewportSize({ width, height });
    let content = Number.POSITIVE_INFINITY;
    let elements = '';
    for (let frames = 0; content > width && frames < 60; frames++) {
      await nextFrame(page);
      [content, elements] = (await page.evaluate(widest)) as [number, string];
    }
    if (content > width) found.push(`${content} px of content at ${width} px: ${elements}`);
  }
  return found;
}
