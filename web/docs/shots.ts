import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

// Takes screenshots of the built dashboard with the demo, for reviews and for the README.

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Debian's chromium; playwright-core has no browser of its own. */
const executablePath = '/usr/bin/chromium';

const sizes = { desktop: { width: 1_440, height: 900 }, phone: { width: 390, height: 844 } };
const themes = ['light', 'dark'] as const;

/** The pages when none is named. */
const allPages = ['/', '/x/harbour_ledger', '/trending', '/posts', '/jobs', '/system'];

/** The screenshots of the README, in both themes. */
const pictures = [{ name: 'account', page: '/x/harbour_ledger', size: { width: 1_280, height: 915 } }];
const pictureBytes = 150_000;

/** How long a page may take to report that it is complete. */
const patienceMs = 15_000;

const program = new Command('npm run shots --')
  .description('Takes pictures of the dashboard over the demo, in both themes and two sizes.')
  .argument('<folder>', 'where the pictures go')
  .argument('[pages...]', `paths to take; without any ${allPages.join(' ')}`)
  .option('--readme', "makes the README's pictures as well, in web/docs/", false)
  .parse();
const [folder = '', ...named] = program.args;
const { readme } = program.opts<{ readme: boolean }>();

if (!existsSync(executablePath)) program.error('There is no chromium: install it first');
const data = await mkdtemp(join(tmpdir(), 'larkstat-shots-'));
const server = spawn(process.execPath, [join(root, 'dist/cli.js'), 'serve', '--json'], {
  env: { PATH: process.env.PATH, HOME: process.env.HOME, LARKSTAT_DATA: data, PORT: '0', LOG_LEVEL: 'error' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  const url = await addressOf(server);
  await demoIsThere(url);
  await mkdir(folder, { recursive: true });
  for (const path of named.length > 0 ? named : allPages) await shoot(browser, url, path);
  if (readme) await drawPictures(browser, url);
} finally {
  await browser.close();
  const gone = once(server, 'exit');
  if (server.exitCode === null) server.kill('SIGTERM');
  await (server.exitCode === null && gone);
  await rm(data, { recursive: true, force: true });
}

/** Waits for the demo, whose import starts with the server's first start. */
async function demoIsThere(url: string): Promise<void> {
  const body = JSON.stringify({ query: '{ jobs(kind: IMPORT, state: SUCCEEDED) { totalCount } }' });
  for (let left = 120; left > 0; left--) {
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const { data } = (await answer.json()) as { data: { jobs: { totalCount: number } } };
    if (data.jobs.totalCount > 0) return;
    await sleep(500);
  }
  throw new Error('The demo was not made within a minute');
}

/** The origin that a server prints. */
async function addressOf({ stdout }: ChildProcess): Promise<string> {
  for await (const chunk of stdout ?? []) return (JSON.parse(String(chunk)) as { readonly url: string }).url;
  throw new Error('The server ended before it was ready');
}

/** Takes the whole page in each theme and size. */
async function shoot(browser: Browser, url: string, path: string): Promise<void> {
  for (const theme of themes) {
    for (const [name, viewport] of Object.entries(sizes)) {
      const file = join(
        folder,
        `${path.replace(/^\/$/, '/start').replaceAll(/\W+/g, '-').slice(1)}-${name}-${theme}.png`,
      );
      await withPage(browser, { viewport, colorScheme: theme }, url + path, async (page) => {
        await scrollThrough(page);
        return page.screenshot({ path: file, fullPage: true });
      });
      process.stdout.write(`${file}\n`);
    }
  }
}

/** Scrolls to the end and back: charts are drawn when they come near the window. */
async function scrollThrough(page: Page): Promise<void> {
  await page.evaluate(`(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    // The current height: an endless list would scroll forever.
    const { scrollHeight } = document.documentElement;
    for (let top = 0; top < scrollHeight; top += innerHeight / 2) {
      scrollTo(0, top);
      for (let frames = 0; frames < 4; frames++) await frame();
    }
    scrollTo(0, 0);
    for (let frames = 0; frames < 4; frames++) await frame();
  })()`);
}

/** Takes each picture as WebP at twice its size, at the best quality that fits. */
async function drawPictures(browser: Browser, url: string): Promise<void> {
  for (const { name, page: path, size } of pictures) {
    for (const theme of themes) {
      const options = { viewport: size, colorScheme: theme, deviceScaleFactor: 2 };
      const file = join(root, 'web/docs', `${name}-${theme}.webp`);
      const bytes = await withPage(browser, options, url + path, encode);
      await writeFile(file, bytes);
      process.stdout.write(`${file}: ${(bytes.length / 1_000).toFixed(0)} kB\n`);
    }
  }
}

async function encode(page: Page): Promise<Buffer> {
  const devtools = await page.context().newCDPSession(page);
  for (let quality = 90; quality >= 30; quality -= 5) {
    const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality });
    const bytes = Buffer.from(data, 'base64');
    if (bytes.length <= pictureBytes) return bytes;
  }
  throw new Error(`A picture does not fit into ${pictureBytes} bytes: make it smaller`);
}

async function withPage<Result>(
  browser: Browser,
  options: BrowserContextOptions,
  url: string,
  take: (page: Page) => Promise<Result>,
): Promise<Result> {
  const context = await browser.newContext({
    ...options,
    reducedMotion: 'reduce',
    timezoneId: 'America/New_York',
    locale: 'en-US',
  });
  try {
    const page = await context.newPage();
    await page.goto(url);
    await page
      .locator('main[data-complete]')
      .waitFor({ timeout: patienceMs })
      .catch(() => process.stderr.write(`${url} does not say that it is complete: taken as it is\n`));
    return await take(page);
  } finally {
    await context.close();
  }
}
