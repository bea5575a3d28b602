import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect, inject, onTestFinished, vi } from 'vitest';
import { hasBrowser, openBrowser } from './browser.ts';
import { measurePage } from './page-measures.ts';
import { type PageWatch, watchPage } from './page-watch.ts';
import { patienceMs } from './patience.ts';
import { root } from './program.ts';
import { aMachine, runServer } from './servers.ts';

/** Common window sizes. */
export const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } } as const;

/** How to open a page of the dashboard. */
export type View = {
  /** The path with its query. Default `/`. */
  readonly page?: string;
  /** The system's preference. Default light. */
  readonly theme?: 'light' | 'dark';
  /** Default desktop. */
  readonly size?: keyof typeof sizes | { readonly width: number; readonly height: number };
  /** Default true: animations end immediately, so that results do not depend on timing. */
  readonly reducedMotion?: boolean;
  /** The browser's time zone. Default UTC. */
  readonly zone?: string;
  /** The browser's language. Default en-US. */
  readonly locale?: string;
  /** Receives the page before it is opened. */
  readonly watch?: (page: Page) => void;
  /** Problems that the test causes, such as a refused request; all others fail it. */
  readonly expected?: RegExp;
};

/** An open page, and what it did so far. */
export type OpenedPage = PageWatch & { readonly page: Page; readonly context: BrowserContext };

export type RunningDashboard = {
  /** The origin of the server. */
  readonly url: string;
  /**
   * Opens a page in a fresh browser context. A problem on it fails the test: an error on the console, a
   * violation of the content policy, a request to another host.
   */
  open(view?: View): Promise<OpenedPage>;
  /** Kills the server, like a power cut. */
  kill(): Promise<void>;
  /** Starts it again at the same address with the same data. */
  startAgain(): Promise<void>;
};

/** Used without a browser: Vitest runs the describe blocks of skipped tests, too. */
const refuse = () =>
  Promise.reject(new Error('There is no browser: run this only where `hasBrowser` says so'));
const none: RunningDashboard = { url: '', open: refuse, kill: refuse, startAgain: refuse };

/**
 * Starts the built program as `npm start` runs it, with its own data folder and the demo, and a browser; for all tests
 * of a file. `env` adds to the server's variables. Without a browser nothing is started.
 */
export async function startDashboard(env: Readonly<Record<string, string>> = {}): Promise<RunningDashboard> {
  if (!hasBrowser) return none;
  const data = join(await aMachine(), 'data');
  const options = { LARKSTAT_DATA: data, LARKSTAT_DEMO: 'on', ...env };
  const start = async () => {
    await promisify(execFile)('cp', ['-a', await demoFolder(), data]);
    return runServer({ env: options });
  };
  const [started, browser] = await Promise.all([start(), openBrowser()]);
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

/** Queries a dashboard's API; its pages must show the same answers. An error fails the test. */
export async function askDashboard<Data>(
  { url }: { readonly url: string },
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Data> {
  const response = await fetch(new URL('/graphql', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

/** A data folder with the demo; no server runs on it. The first file that needs the folder makes it. */
async function demoFolder(): Promise<string> {
  const folder = inject('demoFolder');
  const isMade = `${folder}.made`;
  try {
    await mkdir(`${folder}.making`);
  } catch {
    await until(() => existsSync(isMade));
    return folder;
  }
  // The demo ends at the last midnight. The late clock puts this midnight more than an hour in the past, so that
  // windows of an hour are empty.
  const NODE_OPTIONS = `--require ${join(root, 'test/support/late-clock.cjs')}`;
  const server = await runServer({ env: { LARKSTAT_DATA: folder, LARKSTAT_DEMO: 'on', NODE_OPTIONS } });
  const made = '{ jobs(kind: IMPORT, state: SUCCEEDED) { totalCount } }';
  await until(
    async () => (await askDashboard<{ jobs: { totalCount: number } }>(server, made)).jobs.totalCount > 0,
  );
  await server.end('SIGTERM');
  await writeFile(isMade, '');
  return folder;
}

/** Waits until the condition holds. For use outside of a test; waits as long as inside one. */
const until = (holds: () => boolean | Promise<boolean>) =>
  vi.waitFor(
    async () => {
      if (!(await holds())) throw new Error('It did not come in time');
    },
    { timeout: patienceMs, interval: 100 },
  );

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
  view.watch?.(page);
  const watch = await watchPage(page, url);
  await measurePage(page);
  onTestFinished(async () => {
    await context.close();
    expect(watch.problems.filter((problem) => expected?.test(problem) !== true)).toEqual([]);
  });
  await page.goto(`${url}${view.page ?? '/'}`);
  return { ...watch, page, context };
}
