import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { hasBrowser } from '../../support/browser.ts';
import { askDashboard, startDashboard } from '../../support/dashboard.ts';
import { axeFindings, axeFindingsInThemes, sidewaysScrolls } from '../../support/page-checks.ts';
import { readMeasures } from '../../support/page-measures.ts';
import { aMachine } from '../../support/servers.ts';
import { tweet, writeArchive } from '../../support/x-archive.ts';
import { zipOf } from '../../support/zips.ts';

const mostBytes = 200_000;
const dashboard = await startDashboard({
  UPLOAD_MAX_BYTES: String(mostBytes),
  // The pictures of what is imported here do not exist.
  MEDIA: 'off',
});
const { open } = dashboard;
const folder = await aMachine();
const wren = { id: '4343', handle: 'wren', displayName: 'Little Wren', joinedAt: new Date(0) };

describe.runIf(hasBrowser)('Start', () => {
  test('lists the streams that were updated last, with the figures of the API', async () => {
    const { page, graphql } = await open();
    await complete(page);
    const from = new Date(new Date().setUTCHours(0, 0, 0, 0) - 29 * 86_400_000).toISOString();
    const { streams } = await askDashboard<{
      streams: { nodes: { title: string; stats: { totals: { posts: number } } }[] };
    }>(
      dashboard,
      `{ streams(orderBy: UPDATED) { nodes { title stats(range: { from: "${from}" }) { totals { posts } } } } }`,
    );
    const rows = page.getByRole('list', { name: 'Streams, last updated first' }).getByRole('listitem');
    expect(await rows.count()).toBe(3);
    for (const [index, { title, stats }] of streams.nodes.entries()) {
      const row = await rows.nth(index).innerText();
      expect(row).toContain(title);
      expect(row).toContain(String(stats.totals.posts));
    }
    // Each may be requested once more when its socket is open.
    expect(new Set(graphql.filter((name) => name !== 'socket')).size).toBeLessThanOrEqual(3);
  });

  test.each(['desktop', 'phone'] as const)(
    'on a %s nothing jumps, axe finds nothing in either theme, and it fits every width',
    async (size) => {
      const { page } = await open({ size });
      await complete(page);
      expect((await readMeasures(page)).layoutShift).toBeLessThan(0.01);
      expect(await axeFindingsInThemes(page)).toEqual([]);
      if (size === 'desktop') expect(await sidewaysScrolls(page)).toEqual([]);
    },
  );

  test('says which settings a fetch needs', async () => {
    const { page } = await open();
    await complete(page);
    await page.getByText('Nothing can be fetched yet').waitFor();
    expect(await page.locator('main').innerText()).toContain('X_BEARER_TOKEN');
  });

  test('opens a collected stream by its name, with the keyboard alone', async () => {
    const { page } = await open();
    await complete(page);
    await page.getByRole('combobox').fill('@harbour_ledger');
    await page.getByRole('option', { name: /@harbour_ledger collected/ }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/x/harbour_ledger*');
  });

  test('requests the price of a fetch, and says why there is none; the address keeps the input', async () => {
    const { page } = await open();
    await complete(page);
    await page.getByRole('combobox').fill('https://x.com/nasa/status/20');
    await page.getByRole('option', { name: /Fetch @nasa/ }).click();
    await page.getByRole('region', { name: 'Price of @nasa' }).getByText('PROVIDER_NOT_CONFIGURED').waitFor();
    expect(new URL(page.url()).searchParams.get('add')).toBe('@nasa');
    await page.reload();
    await page.getByRole('region', { name: 'Price of @nasa' }).waitFor();
  });

  test('leads to the page of a channel of Twitch', async () => {
    const { page } = await open();
    await complete(page);
    await page.getByRole('combobox').fill('twitch.tv/admiralbulldog');
    await page.getByRole('option', { name: 'twitch.tv/admiralbulldog' }).click();
    await page.getByRole('heading', { name: 'Nothing collected of twitch.tv/admiralbulldog yet' }).waitFor();
  });

  test('refuses a file that is too large or no archive before it sends a byte', async () => {
    const { page } = await open();
    await complete(page);
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.headers()['content-type']?.startsWith('multipart/')) sent.push(request.url());
    });
    const large = Buffer.alloc(mostBytes + 1, 'PK\u0003\u0004');
    const photos = zipOf([{ name: 'photos/a.jpg', content: 'a' }]);
    await choose(page, [
      { name: 'large.zip', mimeType: 'application/zip', buffer: large },
      { name: 'photos.zip', mimeType: 'application/zip', buffer: photos },
      { name: 'letter.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7') },
    ]);
    const work = page.getByRole('region', { name: 'Uploads' });
    await work.getByText('this server takes 200 kB').waitFor();
    await work.getByText('no data/tweets.js').waitFor();
    await work.getByText('letter.pdf is a PDF, neither an X archive nor the log of a Twitch chat').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(sent).toEqual([]);
  });

  test('sends an archive that is dropped on the page, shows the progress, and lists its account', async () => {
    const path = join(folder, 'wren.zip');
    await mkdir(folder, { recursive: true });
    const texts = Array.from({ length: 60 }, (_, at) =>
      tweet({ at: Date.UTC(2026, 0, 1) + at * 3_600_000, text: `wren ${at}` }),
    );
    // Bytes that cannot be compressed, so that sending them takes a while.
    const noise = Array.from({ length: 60_000 }, (_, at) =>
      String.fromCharCode(33 + ((at * 7_919 + at ** 2) % 90)),
    ).join('');
    await writeArchive(path, wren, texts, {
      compressionLevel: 0,
      others: [{ path: 'data/other.js', content: noise }],
    });
    const { page, context } = await open();
    await complete(page);
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.enable');
    const network = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 60_000 };
    await devtools.send('Network.emulateNetworkConditions', network);
    await drop(page, path);
    const bar = page.getByRole('progressbar', { name: 'Upload of wren.zip' });
    await bar.waitFor();
    await page.getByText(/kB sent/).waitFor();
    await devtools.send('Network.emulateNetworkConditions', { ...network, uploadThroughput: -1 });
    const job = page.getByRole('region', { name: 'Work' }).getByRole('link', { name: 'Import wren.zip' });
    await job.waitFor();
    await page.getByRole('region', { name: 'Work' }).getByText('60 new').waitFor();
    const first = page
      .getByRole('list', { name: 'Streams, last updated first' })
      .getByRole('listitem')
      .first();
    await expect.poll(() => first.innerText()).toContain('@wren');
  });

  test('asks whose posts a tweets.js has, which the file does not say', async () => {
    const path = join(folder, 'tweets.js');
    await writeArchive(path, wren, [tweet({ at: Date.UTC(2026, 1, 1), text: 'robin' })], {
      container: 'file',
    });
    const { page } = await open();
    await complete(page);
    await drop(page, path);
    await page.getByLabel('This file does not say whose posts it holds').fill('@robin');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    const list = page.getByRole('list', { name: 'Streams, last updated first' });
    await expect.poll(() => list.innerText()).toContain('@robin');
  });

  test('accepts the log of a chat, and asks for the channel when the log does not name it', async () => {
    const said = Array.from({ length: 40 }, (_, at) => ({
      clock: new Date(Date.UTC(2026, 2, 1, 18, 0, at)).toISOString().slice(0, 19).replace('T', ' '),
      text: `hello ${at}`,
    }));
    const namelessLog = join(folder, 'nameless.txt.gz');
    const namedLog = join(folder, 'named.log');
    await writeFile(
      namelessLog,
      gzipSync(said.map(({ clock, text }) => `[${clock} UTC] ann: ${text}`).join('\n')),
    );
    await writeFile(
      namedLog,
      said
        .map(
          ({ clock, text }) =>
            `${clock.replace(' ', '_')} ;;; :ann!ann@ann.tmi.twitch.tv PRIVMSG #quay :${text}`,
        )
        .join('\n'),
    );
    const { page } = await open();
    await complete(page);
    await drop(page, namedLog);
    const list = page.getByRole('list', { name: 'Streams, last updated first' });
    await expect.poll(() => list.innerText()).toContain('quay');
    await drop(page, namelessLog);
    await page.getByLabel('This log does not say whose chat it is').fill('https://www.twitch.tv/Lighthouse');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await expect.poll(() => list.innerText()).toContain('lighthouse');
    const channels = await askDashboard<Record<string, { stats: { totals: { posts: number } } }>>(
      dashboard,
      `{ quay: channel(login: "quay") { stats { totals { posts } } }
        lighthouse: channel(login: "lighthouse") { stats { totals { posts } } } }`,
    );
    expect(Object.values(channels).map(({ stats }) => stats.totals.posts)).toEqual([40, 40]);
  });

  test('removes the demo after asking, and offers it again', async () => {
    const { page } = await open();
    await complete(page);
    await page.getByRole('button', { name: 'Remove the demo' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove the demo' }).click();
    const main = page.locator('main');
    await expect.poll(() => main.innerText()).not.toContain('@harbour_ledger');
    await page.getByRole('button', { name: 'Add the demo' }).click();
    await page.getByRole('region', { name: 'Work' }).getByText('demo accounts').waitFor();
  });
});

const complete = (page: Page) => page.locator('main[data-complete]').waitFor();

type Given = Parameters<Page['setInputFiles']>[1];

/** Chooses files with the page's button. */
async function choose(page: Page, files: Given): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Choose a file' }).click(),
  ]);
  await chooser.setFiles(files);
}

/** Drops a file on the middle of the page, as a user does. */
async function drop(page: Page, path: string): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devtools.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data });
    if (type === 'dragOver')
      await page.getByText('Drop an X archive or a chat log', { exact: true }).waitFor();
  }
}
