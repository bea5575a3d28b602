import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser } from '../../support/browser.ts';
import { startDashboard } from '../../support/dashboard.ts';
import { axeFindingsInThemes, sidewaysScrolls } from '../../support/page-checks.ts';
import { readMeasures } from '../../support/page-measures.ts';

const { url, open } = await startDashboard();

/** The answer of the API. */
async function ask<Data>(query: string): Promise<Data> {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return ((await answer.json()) as { data: Data }).data; // safe: the query names its fields
}

const complete = (page: Page) => page.locator('main[data-complete]').waitFor();
const rows = (page: Page) => page.locator('[role=feed] article');
const count = (page: Page) => page.locator('main p[role=status]').first();
type Listed = {
  posts: { totalCount: number; nodes: { platformId: string; text: string; author: { handle: string } }[] };
};
const listed = (args: string) =>
  ask<Listed>(`{ posts(${args}) { totalCount nodes { platformId text author { handle } } } }`);
const shown = (value: number) => value.toLocaleString('en-US');

describe.runIf(hasBrowser)('the page Posts', () => {
  test('lists what the API lists, counted, in two requests beside those of the frame', async () => {
    const { page, graphql } = await open({ page: '/posts' });
    await complete(page);
    const { posts } = await listed('first: 5');
    await expect.poll(() => count(page).textContent()).toBe(`${shown(posts.totalCount)} posts`);
    for (const [index, post] of posts.nodes.entries())
      expect(await page.locator(`article[data-index="${index}"]`).textContent()).toContain(
        post.text.slice(0, 40),
      );
    expect(graphql.filter((name) => name.startsWith('Posts')).sort()).toEqual(['PostsCount', 'PostsPage']);
    expect((await readMeasures(page)).layoutShift).toBeLessThan(0.01);
  });

  test('searches as one types, marks the words, and keeps it in the address', async () => {
    const { page } = await open({ page: '/posts' });
    await complete(page);
    await page.getByRole('textbox', { name: 'Search posts' }).fill('rent relief');
    await page.waitForURL(/q=rent\+relief/);
    const { posts } = await listed('first: 1, filter: { search: "rent relief" }');
    await expect.poll(() => count(page).textContent()).toBe(`${shown(posts.totalCount)} posts`);
    const marked = async () =>
      new Set((await page.locator('article mark').allTextContents()).map((word) => word.toLowerCase()));
    await expect.poll(marked).toEqual(new Set(['rent', 'relief']));
  });

  test('filters by what is chosen, says so in chips, and takes it off again', async () => {
    const { page } = await open({ page: '/posts' });
    await complete(page);
    await page.getByRole('button', { name: 'Kind' }).click();
    await page.getByRole('checkbox', { name: 'Replies' }).check();
    await page.waitForURL(/kind=reply/);
    await page.keyboard.press('Escape');
    const { posts } = await listed('first: 1, filter: { kinds: [REPLY] }');
    await expect.poll(() => count(page).textContent()).toBe(`${shown(posts.totalCount)} posts`);
    await page.getByRole('button', { name: 'Remove filter: Replies' }).click();
    await expect.poll(() => new URL(page.url()).search).toBe('');
  });

  test('a link of a mark shows the posts of the mark', async () => {
    const link =
      '/posts?kind=original,quote&range=2026-01-01..&minLikes=50&days=monday,friday&zone=America/New_York&sort=likes';
    const { page } = await open({ page: link });
    await complete(page);
    const { posts } = await listed(
      'first: 3, orderBy: LIKES, filter: { kinds: [ORIGINAL, QUOTE], minLikes: 50, weekdays: [MONDAY, FRIDAY], range: { from: "2026-01-01T05:00:00Z" }, timeZone: "America/New_York" }',
    );
    await expect.poll(() => count(page).textContent()).toBe(`${shown(posts.totalCount)} posts`);
    expect(await rows(page).first().textContent()).toContain(posts.nodes[0]?.text.slice(0, 40));
  });

  test('begins at a day, with newer posts above it', async () => {
    const { page } = await open({ page: '/posts?at=2026-06-15&zone=UTC' });
    await complete(page);
    const first = await rows(page).first().locator('time').getAttribute('datetime');
    expect(first?.slice(0, 10) ?? '').toMatch(/^2026-06-1[0-5]$/);
    await page.getByRole('button', { name: 'Load posts before' }).click();
    await expect
      .poll(async () => {
        const times = await page
          .locator('article time')
          .evaluateAll((all) => all.map((each) => each.getAttribute('datetime')));
        const place = await page.evaluate('scrollY');
        return Number(place) > 5_000 && times.some((time) => time === first);
      })
      .toBe(true);
  });

  test('goes on as one scrolls, with only the rows in view', async () => {
    const { page } = await open({ page: '/posts' });
    await complete(page);
    for (let turn = 0; turn < 12; turn++) {
      await page.mouse.move(700, 500);
      await page.mouse.wheel(0, 3_000);
      await page.waitForTimeout(50);
    }
    await expect
      .poll(async () => Number(await rows(page).last().getAttribute('data-index')))
      .toBeGreaterThan(200);
    expect(await rows(page).count()).toBeLessThan(60);
  });

  test('is walked by keys, and opens a post beside the list', async () => {
    const { page } = await open({ page: '/posts' });
    await complete(page);
    const { posts } = await listed('first: 2');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await expect
      .poll(() => page.evaluate('document.activeElement?.closest("article")?.dataset.index'))
      .toBe('1');
    await page.keyboard.press('Enter');
    await page.getByRole('complementary', { name: 'Open post' }).waitFor();
    expect(new URL(page.url()).searchParams.get('post')).toBe(`x:${posts.nodes[1]?.platformId}`);
    await page.keyboard.press('Escape');
    await expect.poll(() => new URL(page.url()).searchParams.get('post')).toBeNull();
    await page.keyboard.press('o');
    await page.waitForURL(/\/post\/x\//);
  });

  test('on a phone filters open as a sheet, and a post on its page', async () => {
    const { page } = await open({ page: '/posts', size: 'phone' });
    await complete(page);
    await page.getByRole('button', { name: 'Filters' }).click();
    const sheet = page.getByRole('dialog', { name: 'Filters' });
    await sheet.getByRole('radio', { name: 'Positive' }).check();
    await sheet.getByRole('button', { name: 'Show posts' }).click();
    await page.waitForURL(/mood=positive/);
    await rows(page).first().getByRole('link').click();
    await page.waitForURL(/\/post\/x\//);
  });

  test('says when no post matches, and what to do', async () => {
    const { page } = await open({ page: '/posts?q=xyzzyqwert&kind=reply' });
    await complete(page);
    await page.getByText('No matching posts').waitFor();
    await page.getByRole('button', { name: 'Clear all filters' }).click();
    await expect.poll(() => new URL(page.url()).search).toBe('?q=xyzzyqwert');
  });

  test.each(['desktop', 'phone'] as const)(
    'axe finds nothing in either theme on a %s, and it fits every width',
    async (size) => {
      const { posts } = await listed('first: 1, orderBy: LIKES');
      const { page } = await open({ page: `/posts?q=the&post=x:${posts.nodes[0]?.platformId}`, size });
      await complete(page);
      if (size === 'desktop') await page.getByText('Impressions', { exact: true }).waitFor();
      expect(await axeFindingsInThemes(page)).toEqual([]);
      expect(await sidewaysScrolls(page)).toEqual([]);
    },
  );
});

describe.runIf(hasBrowser)('the page of a post', () => {
  let post: { platformId: string; text: string; metrics: { likes: number } };
  beforeAll(async () => {
    const found = await ask<{ posts: { nodes: (typeof post)[] } }>(
      '{ posts(first: 1, orderBy: LIKES) { nodes { platformId text metrics { likes } } } }',
    );
    post = found.posts.nodes[0] as typeof post; // safe: the demo has posts
  });

  test('shows its text and its figures', async () => {
    const { page, graphql } = await open({ page: `/post/x/${post.platformId}` });
    await complete(page);
    const text = (await page.locator('main').textContent()) ?? '';
    expect(text).toContain(post.text.slice(0, 30));
    expect(text).toContain(`Likes${post.metrics.likes < 10_000 ? shown(post.metrics.likes) : ''}`);
    expect(graphql.filter((name) => name === 'PostDetail')).toHaveLength(1);
  });

  test('axe finds nothing in either theme, and it fits every width', async () => {
    const { page } = await open({ page: `/post/x/${post.platformId}`, size: 'phone' });
    await complete(page);
    expect(await axeFindingsInThemes(page)).toEqual([]);
    expect(await sidewaysScrolls(page)).toEqual([]);
  });

  test('says when nobody collected it', async () => {
    const { page } = await open({ page: '/post/x/1' });
    await complete(page);
    await page.getByText('This post was not collected').waitFor();
  });
});
