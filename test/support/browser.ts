import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterwards } from './afterwards.ts';
import { executablePath } from './chromium.ts';

/** Whether there is a browser to look at pages with; says so when there is none. */
export const hasBrowser = existsSync(executablePath);
if (!hasBrowser) process.stderr.write(`skipped: what a browser shows (install chromium to run it)\n`);

/** A browser without a window, closed after the file. */
export async function openBrowser(): Promise<Browser> {
  // Root may not use its sandbox.
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  afterwards(() => browser.close());
  return browser;
}
