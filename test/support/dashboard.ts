import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { hasBrowser, openBrowser } from './browser.ts';
import { measurePage } from './page-measures.ts';
import { type PageWatch, watchPage } from './page-watch.ts';
import { patienceMs } from './patience.ts';
import { aMachine, runServer } from './servers.ts';

/** Sizes of a window that people have. */
export const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } } as const;

/** How a page of the dashboard is looked at. */
export type View = {
  /** The path with its query. Default `/`. */
  readonly page?: string;
  /** What the system prefers. Default light. */
  readonly theme?: 'light' | 'dark';
  /** Default desktop. */
  readonly size?: keyof typeof sizes | { readonly width: number; readonly height: number };
  /** Default true: animations are over at once, so that what is seen does not depend on when. */
  readonly reducedMotion?: boolean;
  /** The browser's time zone. Default UTC. */
  readonly zone?: string;
  /** The browser's language. Default en-US. */
  readonly locale?: string;
  /** Problems that the test provokes, such as a refused request; all others fail it. */
  readonly expected?: RegExp;
};

/** A page that is open, and what it did so far. */
export type OpenedPage = PageWatch & { readonly page: Page; readonly context: BrowserContext };

export type RunningDashboard = {
  /** The origin of the server. */
  readonly url: string;
  /**
   * Opens a page in a browser that knows nothing of others. A problem on it fails the test: an error on the console, a
   * violation of the content policy, a request to another host.
   */
  open(view?: View): Promise<OpenedPage>;
  /** Kills the server, as a machine that loses its power. */
  kill(): Promise<void>;
  /** Starts it again, at the same address and over the same data. */
  startAgain(): Promise<void>;
};

/** Where tests are skipped, as their descriptions are read all the same. */
const refuse = () =>
  Promise.reject(new Error('There is no browser: run this only where `hasBrowser` says so'));
const none: RunningDashboard = { url: '', open: refuse, kill: refuse, startAgain: refuse };

/**
 * Starts the built program as `npm start` runs it, over a data folder of its own with the demo, and a browser; for all
 * tests of a file. `env` adds to the server's variables. Without a browser nothing is started.
 */
export async function startDashboard(env: Readonly<Record<string, string>> = {}): Promise<RunningDashboard> {
  if (!hasBrowser) return none;
  const data = await aMachine();
  const options = { LARKSTAT_DATA: data, LARKSTAT_DEMO: 'on', ...env };
  const [started, browser] = await Promise.all([runServer({ env: options }), openBrowser()]);
  let server = started;
  const { origin: url, port } = new URL(server.url);
  return {
    url,
    open: (view) => openPage(browser, url, view),
    async kill() {
      await server.end('SIGKILL');
    },
    async startAgain() {
      server = await runServer({ env: { ...options, PORT: port } });
    },
  };
}

/** Asks the API of a dashboard, whose answers are what its pages have to show. An error fails the test. */
export async function askDashboard<Data>(
  { url }: RunningDashboard,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

/** Resolves once the demo is made, which begins with the first start. */
export async function demoIsThere(dashboard: RunningDashboard): Promise<void> {
  const made = '{ jobs(kind: IMPORT, state: SUCCEEDED) { totalCount } }';
  await expect
    .poll(async () => (await askDashboard<{ jobs: { totalCount: number } }>(dashboard, made)).jobs.totalCount)
    .toBeGreaterThan(0);
}

async function openPage(browser: Browser, url: string, view: View = {}): Promise<OpenedPage> {
  const { size = 'desktop', reducedMotion = true, expected } = view;
  const context = await browser.newContext({
    viewport: typeof size === 'string' ? sizes[size] : size,
    colorScheme: view.theme ?? 'light',
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
    timezoneId: view.zone ?? 'UTC',
    locale: view.locale ?? 'en-US',
  });
  context.setDefaultTimeout(patienceMs);
  const page = await context.newPage();
  const watch = await watchPage(page, url);
  await measurePage(page);
  onTestFinished(async () => {
    await context.close();
    expect(watch.problems.filter((problem) => expected?.test(problem) !== true)).toEqual([]);
  });
  await page.goto(`${url}${view.page ?? '/'}`);
  return { ...watch, page, context };
}
