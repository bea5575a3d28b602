import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { executablePath } from '../test/support/chromium.ts';
import {
  completion,
  measurePage,
  nextFrame,
  type PageMeasures,
  readMeasures,
} from '../test/support/page-measures.ts';
import { type PageWatch, watchPage } from '../test/support/page-watch.ts';
import { build } from './support/build.ts';
import { count, type Finding, ms, type Run, report } from './support/finding.ts';
import { firstLoad } from './support/first-load.ts';
import { importByJob } from './support/import-job.ts';
import { serve, stop } from './support/served.ts';
import { openBenchStore } from './support/store.ts';
import { median } from './support/timings.ts';

const targets = {
  uncachedMs: 1_500,
  cachedMs: 600,
  layoutShift: 0.01,
  interactionMs: 200,
  requests: 3,
  scriptBytes: 220_000,
};

/** All of its posts: the archive ended years ago. */
const path = '/x/cogdog?range=all';

/** After this time a page counts as never complete. */
const patienceMs = 30_000;

/** The controls that are pressed to measure how fast the page reacts: the segments of its cards. */
const controls = 'main [role="radio"], main [role="tab"], main button[aria-pressed]';

/** `pressed`: number of pressed controls. `cacheResults`: the header x-larkstat-cache of each response. */
type Load = PageMeasures &
  PageWatch & { readonly pressed: number; readonly cacheResults: readonly (string | undefined)[] };

/** The account page of a real archive in a real browser, with empty and with filled caches. */
export async function dashboardPage(run: Run): Promise<readonly Finding[]> {
  const part = 'dashboard-page';
  await build();
  const scripts = await firstLoad();
  const { bytes, files } = scripts;
  const loaded: Finding = {
    part,
    what: 'JavaScript before routes, gzipped',
    size: `${files} files`,
    figure: `${(bytes / 1_000).toFixed(1)} kB`,
    target: `<= ${targets.scriptBytes / 1_000} kB`,
    met: bytes <= targets.scriptBytes,
  };
  const archive = run.realData && join(run.realData, 'x-archive-grailbird/cogdog.zip');
  if (!archive || !existsSync(archive))
    return [loaded, { part, what: path, size: '', figure: 'skipped: no REAL_DATA' }];
  if (!existsSync(executablePath))
    return [loaded, { part, what: path, size: '', figure: 'skipped: no chromium' }];
  const store = await openBenchStore();
  try {
    report('importing cogdog.zip');
    const { posts } = await importByJob(store, archive);
    const rounds = run.quick ? 2 : 7;
    const uncached = await loadPages(store, { rounds, keeps: false });
    const cached = await loadPages(store, { rounds, keeps: true });
    return [loaded, ...findings(`${count(posts)} posts, ${rounds} loads`, uncached, cached)];
  } finally {
    await store.close();
  }
}

type Loading = { readonly rounds: number; readonly keeps: boolean };

/** Loads the page several times. `keeps`: the server's and the browser's caches are filled by a first visit. */
async function loadPages(
  store: Awaited<ReturnType<typeof openBenchStore>>,
  { rounds, keeps }: Loading,
): Promise<readonly Load[]> {
  const server = await serve(store, { CACHE: keeps ? 'on' : 'off' });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const newContext = () =>
    browser.newContext({
      viewport: { width: 1_440, height: 900 },
      timezoneId: 'America/New_York',
      locale: 'en-US',
    });
  try {
    const origin = `http://localhost:${server.port}`;
    const warm = await newContext();
    // In both cases a first visit also compiles the server's code and fills the caches of Postgres.
    await load(warm, origin);
    const loads: Load[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const context = keeps ? warm : await newContext();
      loads.push(await load(context, origin));
      report(
        `${keeps ? 'cached' : 'uncached'}: ${loads.at(-1)?.completeMs?.toFixed(0) ?? 'never complete'} ms`,
      );
      if (!keeps) await context.close();
    }
    return loads;
  } finally {
    await browser.close();
    await stop(server.process);
  }
}

/** Opens the page, waits until it is complete, and then presses its controls. */
async function load(context: BrowserContext, origin: string): Promise<Load> {
  const page = await context.newPage();
  try {
    const watch = await watchPage(page, origin);
    await measurePage(page);
    const cacheResults: (string | undefined)[] = [];
    page.on('response', (response) => {
      const ofPage = /\bquery Account/.test(response.request().postData() ?? '');
      if (ofPage) cacheResults.push(response.headers()['x-larkstat-cache']);
    });
    const complete = completion(page, patienceMs).then(
      () => true,
      () => false,
    );
    await page.goto(`${origin}${path}`);
    if (!(await complete)) return { ...(await readMeasures(page)), ...watch, cacheResults, pressed: 0 };
    const { completeMs, layoutShift, firstPaintMs } = await readMeasures(page);
    const graphql = [...watch.graphql];
    let pressed = 0;
    for (const control of (await page.locator(controls).all()).slice(0, 8)) {
      if (!(await control.isVisible())) continue;
      await control.click({ timeout: 5_000 });
      pressed += 1;
      await nextFrame(page);
    }
    const { interactionMs } = await readMeasures(page);
    return {
      completeMs,
      layoutShift,
      firstPaintMs,
      interactionMs,
      graphql,
      problems: watch.problems,
      cacheResults,
      pressed,
    };
  } finally {
    await page.close();
  }
}

function findings(size: string, uncached: readonly Load[], cached: readonly Load[]): readonly Finding[] {
  const part = 'dashboard-page';
  const all = [...uncached, ...cached];
  const took = (what: string, loads: readonly Load[], limitMs: number): Finding => {
    const times = loads.flatMap(({ completeMs }) => completeMs ?? []).sort((a, b) => a - b);
    const target = `<= ${limitMs} ms`;
    if (times.length < loads.length) {
      const figure = `never complete in ${patienceMs / 1_000} s: ${loads.length - times.length} of ${loads.length} loads`;
      return { part, what, size, figure, target, met: false };
    }
    const paints = loads.flatMap(({ firstPaintMs }) => firstPaintMs ?? []).sort((a, b) => a - b);
    const figure = `${ms(median(times))} (worst ${ms(times.at(-1) ?? 0)}), first paint ${ms(median(paints))}`;
    return { part, what, size, figure, target, met: median(times) <= limitMs };
  };
  const shift = Math.max(...all.map(({ layoutShift }) => layoutShift));
  const pressed = all.reduce((sum, load) => sum + load.pressed, 0);
  // Browsers do not report interactions under 16 ms.
  const slowest = Math.max(16, ...all.flatMap(({ interactionMs }) => interactionMs ?? []));
  const requests = Math.max(...all.map(({ graphql }) => graphql.filter((name) => name !== 'socket').length));
  const answers = cached.flatMap(({ cacheResults }) => cacheResults);
  const problems = [...new Set(all.flatMap((load) => load.problems))];
  return [
    took(`${path}: complete, nothing cached`, uncached, targets.uncachedMs),
    took(`${path}: complete, answers and files cached`, cached, targets.cachedMs),
    {
      part,
      what: 'answers of these loads from the cache',
      size,
      figure: `${answers.filter((how) => how === 'hit').length} of ${answers.length}`,
      target: 'all',
      met: answers.length > 0 && answers.every((how) => how === 'hit'),
    },
    {
      part,
      what: 'layout shift',
      size,
      figure: shift.toFixed(4),
      target: `< ${targets.layoutShift}`,
      met: shift < targets.layoutShift,
    },
    {
      part,
      what: 'input to next paint, worst',
      size,
      ...(pressed === 0
        ? { figure: 'nothing to press' }
        : {
            figure: `${slowest === 16 ? 'at most ' : ''}${ms(slowest)} of ${pressed} presses`,
            met: slowest < targets.interactionMs,
          }),
      target: `< ${targets.interactionMs} ms`,
    },
    {
      part,
      what: 'GraphQL requests',
      size,
      figure: String(requests),
      target: `<= ${targets.requests}`,
      met: requests <= targets.requests,
    },
    {
      part,
      what: 'problems on the page',
      size,
      figure: problems[0] ?? 'none',
      target: 'none',
      met: problems.length === 0,
    },
  ];
}
