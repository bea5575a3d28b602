import { openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { must } from '../../../src/shared/errors.ts';
import { afterwards } from '../../support/afterwards.ts';
import { hasBrowser } from '../../support/browser.ts';
import { startDashboard } from '../../support/dashboard.ts';
import { axeFindingsInThemes, sidewaysScrolls } from '../../support/page-checks.ts';
import { readMeasures } from '../../support/page-measures.ts';
import { tweet, writeArchive } from '../../support/x-archive.ts';

// The demo ended at least two hours ago: the last hour has none of its posts, the last seven days do.

const dashboard = await startDashboard();
const { url, open } = dashboard;
const folder = await mkdtemp(join(tmpdir(), 'larkstat-trending-'));
afterwards(() => rm(folder, { recursive: true }));

const complete = (page: Page) => page.locator('main[data-complete]').waitFor();

async function ask<Data>(query: string, variables: object = {}): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown };
  expect(errors).toBeUndefined();
  return must(data, 'it answered without errors');
}

/** Adds posts of an account that are a few minutes old, and waits until they are stored. */
async function post(handle: string, texts: readonly string[]): Promise<void> {
  const now = Date.now();
  const path = join(folder, `${handle}.zip`);
  const account = { id: String(10_000 + handle.length), handle, displayName: handle, joinedAt: new Date(0) };
  await writeArchive(
    path,
    account,
    texts.map((text, index) => {
      const tags = [...text.matchAll(/#(\w+)/g)].map(({ 0: tag, index: at, 1: name }) => ({
        text: name,
        indices: [String(at), String(at + tag.length)],
      }));
      return tweet({
        at: now - 240_000 + index * 1_000,
        text,
        more: { entities: { hashtags: tags, symbols: [], user_mentions: [], urls: [] } },
      });
    }),
  );
  const form = new FormData();
  const query = 'mutation ($file: File!) { importFile(file: $file) { id } }';
  form.set('operations', JSON.stringify({ query, variables: { file: null } }));
  form.set('map', JSON.stringify({ 0: ['variables.file'] }));
  form.set('0', await openAsBlob(path), `${handle}.zip`);
  const response = await fetch(`${url}/graphql`, { method: 'POST', body: form });
  const { data } = (await response.json()) as { data: { importFile: { id: string } } };
  await expect
    .poll(async () => {
      const { job } = await ask<{ job: { state: string } }>('query ($id: ID!) { job(id: $id) { state } }', {
        id: data.importFile.id,
      });
      return job.state;
    })
    .toBe('SUCCEEDED');
}

type Asked = {
  trendingHashtags: { totalCount: number; hashtags: { count: number; hashtag: { tag: string } }[] };
};

describe.runIf(hasBrowser)('the page Trending', () => {
  test('an hour without posts offers the window that has some, and shows it', async () => {
    const { page } = await open({ page: '/trending' });
    await complete(page);
    const window = page.getByRole('region', { name: 'Hashtags', exact: true });
    await window.getByText('No hashtag in this window').waitFor();
    await window.getByRole('button', { name: 'Show the hour up to the newest post' }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('at')).toMatch(/^20\d\d-/);
    await page.getByRole('button', { name: 'Back to now' }).click();
    await window.getByRole('button', { name: /^Show the last (6 hours|day|7 days)$/ }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('window')).toMatch(/^(PT6H|P[17]D)$/);
  });

  test('has the ranks and figures of the API, in three requests at most', async () => {
    const newest = await ask<{ trendingStatus: { newestPostAt: string } }>(
      '{ trendingStatus { newestPostAt } }',
    );
    const day = `${newest.trendingStatus.newestPostAt.slice(0, 10)}T00:00Z`;
    const { page, graphql } = await open({ page: `/trending?window=P7D&order=count&at=${day}` });
    await complete(page);
    const { trendingHashtags } = await ask<Asked>(
      'query ($at: DateTime) { trendingHashtags(window: "P7D", first: 50, endingAt: $at) { totalCount hashtags { count hashtag { tag } } } }',
      { at: `${day.slice(0, -1)}:00Z` },
    );
    const rows = page.getByRole('table', { name: 'Hashtags of the window' }).locator('tbody tr');
    expect(trendingHashtags.hashtags.length).toBeGreaterThan(5);
    expect(await rows.locator('th').allTextContents()).toEqual(
      trendingHashtags.hashtags.map(({ hashtag }) => `#${hashtag.tag}`),
    );
    expect(await rows.locator('a[aria-label*=" posts with "]').allTextContents()).toEqual(
      trendingHashtags.hashtags.map(({ count }) => String(count)),
    );
    await page.getByText(`${trendingHashtags.totalCount} hashtags, `).waitFor();
    const own = graphql.filter((name) => !/^(socket|Sidebar|Palette)/.test(name));
    expect(own.toSorted()).toEqual(['TrendingBelow', 'TrendingPage', 'TrendingSelected']);
  });

  test('a hashtag that is chosen is explained, and its page is one click away', async () => {
    const { page } = await open({ page: '/trending?window=P7D&order=count' });
    await complete(page);
    const row = page.getByRole('table', { name: 'Hashtags of the window' }).locator('tbody tr').nth(1);
    const tag = must(await row.getAttribute('data-row'), 'a row has its name');
    await row.getByRole('rowheader').getByRole('link').click();
    const panel = page.getByRole('region', { name: `#${tag}` });
    await panel.getByText(/rank \d+ by count/).waitFor();
    expect(new URL(page.url()).searchParams.get('tag')).toBe(tag);
    await panel.getByRole('link', { name: 'Open its page' }).click();
    await page.getByRole('heading', { level: 1, name: `#${tag}` }).waitFor();
    await complete(page);
    expect(new URL(page.url()).pathname).toBe(`/tag/${tag}`);
  });

  test('words and mentions lead to their posts', async () => {
    const { page } = await open({ page: '/trending?window=P7D&order=count&kind=word' });
    await complete(page);
    const row = page.getByRole('table', { name: 'Words of the window' }).locator('tbody tr').first();
    const word = must(await row.getAttribute('data-row'), 'a row has its name');
    expect(await row.getByRole('rowheader').getByRole('link').getAttribute('href')).toContain(
      `/posts?q=${encodeURIComponent(word)}`,
    );
  });

  test('shows new posts by itself, and moves the ranks', async () => {
    const { page } = await open({ page: '/trending?order=count', reducedMotion: false });
    await complete(page);
    const rows = page.getByRole('table', { name: 'Hashtags of the window' }).locator('tbody tr');
    await post('early', ['the #ferry stops', 'the #ferry goes']);
    await expect.poll(() => rows.locator('th').allTextContents()).toEqual(['#ferry']);
    await post('laterone', ['a #harbourfire', 'the #harbourfire burns', 'still the #harbourfire']);
    await expect.poll(() => rows.locator('th').allTextContents()).toEqual(['#harbourfire', '#ferry']);
  });

  test('a click creates an alert for a hashtag', async () => {
    const { page } = await open({ page: '/trending?window=P7D&order=count&tag=breaking' });
    await complete(page);
    await page.getByRole('button', { name: 'Watch' }).click();
    await page.getByRole('button', { name: 'Watched' }).waitFor();
    await page.getByRole('region', { name: 'Alerts' }).getByRole('link', { name: '#breaking' }).waitFor();
    const { alerts } = await ask<{ alerts: { nodes: { name: string }[] } }>('{ alerts { nodes { name } } }');
    expect(alerts.nodes).toEqual([{ name: '#breaking' }]);
    await page.getByRole('button', { name: 'Delete the alert #breaking' }).click();
    await page.getByText('Nothing is watched').waitFor();
  });

  test('on a phone a hashtag opens as a sheet, which closes', async () => {
    const { page } = await open({ page: '/trending?window=P7D&order=count', size: 'phone' });
    await complete(page);
    await page
      .getByRole('table', { name: 'Hashtags of the window' })
      .locator('tbody tr')
      .first()
      .getByRole('rowheader')
      .getByRole('link')
      .click();
    const sheet = page.getByRole('dialog');
    await sheet.getByText(/rank \d+ by count/).waitFor();
    await sheet.getByRole('button', { name: 'Close' }).click();
    await sheet.waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('tag')).toBeNull();
  });

  const selected = '/trending?window=P7D&order=count&tag=breaking';

  test.each([
    '/trending',
    selected,
    '/trending?window=P7D&order=count&kind=word',
    '/tag/breaking',
    '/tag/nobodyusesthis',
  ])('nothing jumps, axe finds nothing in either theme, and it fits every width: %s', async (path) => {
    const { page } = await open({ page: path });
    await complete(page);
    expect((await readMeasures(page)).layoutShift).toBeLessThan(0.01);
    expect(await axeFindingsInThemes(page)).toEqual([]);
    if (path === selected || path === '/tag/breaking') expect(await sidewaysScrolls(page)).toEqual([]);
  });
});

describe.runIf(hasBrowser)('the page of a hashtag', () => {
  test('has the figures of the API, and leads to its posts', async () => {
    const { page, graphql } = await open({ page: '/tag/breaking?range=all' });
    await complete(page);
    const { hashtag } = await ask<{
      hashtag: { posts: number; authors: number; series: { values: number[] } };
    }>('{ hashtag(tag: "breaking") { posts authors series(interval: MONTH) { values } } }');
    await page.getByText(`${hashtag.posts} posts by ${hashtag.authors} authors`).waitFor();
    await page.getByRole('button', { name: 'Posts per month as a table' }).click();
    const cells = await page
      .getByRole('table', { name: 'Posts per month' })
      .locator('tbody td:last-child')
      .allTextContents();
    expect(cells.map(Number)).toEqual(hashtag.series.values);
    expect(await page.getByRole('link', { name: 'All its posts' }).getAttribute('href')).toBe(
      '/posts?tags=breaking',
    );
    const own = graphql.filter((name) => !/^(socket|Sidebar|Palette)/.test(name));
    expect(own.toSorted()).toEqual(['TagExplained', 'TagPage']);
  });

  test('of a hashtag that nobody uses says so', async () => {
    const { page } = await open({ page: '/tag/nobodyusesthis' });
    await page.getByText('No collected post uses #nobodyusesthis').waitFor();
  });
});
