import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { hasBrowser } from '../../support/browser.ts';
import { askDashboard, startDashboard } from '../../support/dashboard.ts';
import { environmentOf, lark, startServices } from '../../support/fetching.ts';
import { postsOf, type XUser } from '../../support/fake-x-world.ts';
import { axeFindingsInThemes, sidewaysScrolls } from '../../support/page-checks.ts';
import { readMeasures } from '../../support/page-measures.ts';

/** Two people write about the harbour in the last days, one of them twice as often. */
const wren: XUser = { ...lark, id: '4343', handle: 'wren', name: 'Wren' };
const newestAt = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;
const posts = [
  ...postsOf(lark.id, 40, { newestAt, everyMs: 3_600_000 }),
  ...postsOf(wren.id, 20, { newestAt: newestAt - 60_000, everyMs: 3_600_000 }),
].map((post, at) => ({ ...post, text: `harbour ${at % 3 === 0 ? '#ferry' : 'news'} ${at}` }));
const services = await startServices({ users: [lark, wren], posts });
const dashboard = await startDashboard({
  ...environmentOf(services, ['X_API']),
  LARKSTAT_DEMO: 'off',
  MEDIA: 'off',
});
const { open } = dashboard;
const topic = '/topic/harbour?range=30d';
const complete = (page: Page) => page.locator('main[data-complete]').waitFor();

describe.runIf(hasBrowser)('the page of a topic', () => {
  test('of a topic that was not collected shows posts once it is fetched', async () => {
    const { page } = await open({ page: '/topic/harbour' });
    await page.getByRole('heading', { name: 'Nothing collected of “harbour” yet' }).waitFor();
    await page.getByText(/about [\d,]+ posts/).waitFor();
    await page.getByRole('button', { name: 'Fetch', exact: true }).click();
    await page.getByRole('button', { name: 'Fetch new posts' }).waitFor();
    await page.getByRole('heading', { level: 1, name: 'harbour' }).waitFor();
  });

  test('shows the totals and the authors of the API', async () => {
    const { page, graphql } = await open({ page: topic });
    await complete(page);
    const { topic: told } = await askDashboard<{
      topic: {
        stats: {
          totals: { posts: number; authors: number };
          topAuthors: { posts: number; author: { handle: string } }[];
        };
      };
    }>(
      dashboard,
      '{ topic(query: "harbour") { stats { totals { posts authors } topAuthors(first: 2) { posts author { handle } } } } }',
    );
    expect(told.stats.totals).toEqual({ posts: 60, authors: 2 });
    const total = page.getByRole('group', { name: 'Totals' }).locator('button [title]').first();
    expect(await total.getAttribute('title')).toBe('60');
    const rows = page.getByRole('list', { name: 'Authors', exact: true }).getByRole('listitem');
    const shown = await rows.evaluateAll((all) =>
      all.map((row) => [row.querySelector('a')?.textContent, row.querySelector('.nums')?.textContent]),
    );
    expect(shown).toEqual(
      told.stats.topAuthors.map(({ author, posts }) => [`@${author.handle}`, String(posts)]),
    );
    const own = graphql.filter((name) => name !== 'socket' && name !== 'SidebarStreams');
    expect(own.sort()).toEqual(['TopicAbove', 'TopicBelow']);
  });

  test("leads from an author to that author's posts on the topic", async () => {
    const { page } = await open({ page: topic });
    await complete(page);
    await page
      .getByRole('list', { name: 'Authors', exact: true })
      .getByRole('link', { name: '@wren' })
      .click();
    await page.waitForURL('**/posts?**');
    await expect.poll(() => page.locator('main p[role=status]').first().textContent()).toBe('20 posts');
  });

  test.each(['desktop', 'phone'] as const)(
    'on a %s nothing jumps, axe finds nothing in either theme, and it fits every width',
    async (size) => {
      const { page } = await open({ page: topic, size });
      await complete(page);
      expect((await readMeasures(page)).layoutShift).toBeLessThan(0.01);
      expect(await axeFindingsInThemes(page)).toEqual([]);
      if (size === 'desktop') expect(await sidewaysScrolls(page)).toEqual([]);
    },
  );
});
