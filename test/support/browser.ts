import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterwards } from './afterwards.ts';
import { executablePath } from './chromium.ts';

/** Whether there is a browser for page tests; prints a message when there is none. */
export const hasBrowser = existsSync(executablePath);
if (!hasBrowser) process.stderr.write(`skipped: what a browser shows (install chromium to run it)\n`);

/** A headless browser, closed after the file. */
export async function openBrowser(): Promise<Browser> {
  // Root cannot use the sandbox.
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  afterwards(() => browser.close());
  return browser;
}
