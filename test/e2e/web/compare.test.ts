import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { must } from '../../../src/shared/errors.ts';
import { hasBrowser } from '../../support/browser.ts';
import { startDashboard } from '../../support/dashboard.ts';
import { axeFindingsInThemes, sidewaysScrolls } from '../../support/page-checks.ts';
import { readMeasures } from '../../support/page-measures.ts';

const dashboard = await startDashboard();
const { url, open } = dashboard;
const complete = (page: Page) => page.locator('main[data-complete]').waitFor();
const three = '/compare?s=x:harbour_ledger,x:kissa_hima,x:nachtcommit';

async function posts(handle: string, from: string): Promise<number> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query:
        'query ($handle: String!, $from: DateTime) { account(handle: $handle) { stats(range: { from: $from, to: "2026-11-01T00:00:00Z" }) { totals { posts } } } }',
      variables: { handle, from },
    }),
  });
  const { data } = (await response.json()) as {
    data: { account: { stats: { totals: { posts: number } } } };
  };
  return data.account.stats.totals.posts;
}

describe.runIf(hasBrowser)('the page Compare', () => {
  test('without streams offers some of those that are collected', async () => {
    const { page } = await open({ page: '/compare' });
    await complete(page);
    await page.getByRole('button', { name: /^Compare @/ }).click();
    await page.getByRole('region', { name: 'Figures', exact: true }).waitFor();
    const compared = must(new URL(page.url()).searchParams.get('s'), 'they are in the address');
    expect(compared.split(',').length).toBeGreaterThan(1);
  });

  test('has the figures of the API, the most of a row in bold, in two requests', async () => {
    const { page, graphql } = await open({ page: `${three}&range=2026-09-01..2026-11-01` });
    await complete(page);
    const row = page
      .getByRole('region', { name: 'Figures of all streams' })
      .getByRole('row', { name: /^Posts / });
    const expected = await Promise.all(
      ['harbour_ledger', 'kissa_hima', 'nachtcommit'].map((handle) => posts(handle, '2026-09-01T00:00:00Z')),
    );
    expect((await row.getByRole('cell').allTextContents()).map((text) => Number.parseInt(text, 10))).toEqual(
      expected,
    );
    const bold = await row.locator('td.font-semibold').allTextContents();
    expect(bold).toEqual([`${Math.max(...expected)} (most)`]);
    const own = graphql.filter((name) => !/^(socket|Sidebar|Palette)/.test(name));
    expect(own.toSorted()).toEqual(['CompareHeads', 'CompareRests']);
  });

  test('the others keep their colours when one is removed, and a stream is added by its name', async () => {
    const { page } = await open({ page: three });
    await complete(page);
    const colour = async (name: string) =>
      page
        .getByRole('region', { name: 'Figures of all streams' })
        .getByRole('columnheader', { name })
        .locator('span')
        .getAttribute('style');
    const before = await colour('@nachtcommit');
    await page.getByRole('button', { name: 'Remove @harbour_ledger' }).click();
    await page.getByRole('columnheader', { name: '@harbour_ledger' }).waitFor({ state: 'detached' });
    expect(await colour('@nachtcommit')).toBe(before);
    expect(new URL(page.url()).searchParams.get('s')).toBe(',x:kissa_hima,x:nachtcommit');
    await page.getByRole('button', { name: 'Add a stream' }).click();
    await page.getByRole('textbox', { name: 'Name of a stream' }).fill('harb');
    await page.getByRole('button', { name: '@harbour_ledger' }).click();
    await page.getByRole('columnheader', { name: '@harbour_ledger' }).waitFor();
    expect(new URL(page.url()).searchParams.get('s')).toBe('x:harbour_ledger,x:kissa_hima,x:nachtcommit');
  });

  test('as an index each line begins at 100', async () => {
    const { page } = await open({ page: `${three}&as=index&range=2026-06-01..2026-11-01` });
    await complete(page);
    await page.getByRole('button', { name: 'Posts per week as a table' }).click();
    const rows = page.getByRole('table', { name: 'Posts per week' }).locator('tbody tr');
    expect(await rows.first().locator('td').allTextContents()).toEqual([
      'week of Jun 1, 2026',
      '100',
      '100',
      '100',
    ]);
  });

  test('a stream that is not collected is named, and hides nothing else', async () => {
    const { page } = await open({ page: '/compare?s=x:harbour_ledger,topic:nobody asked' });
    await complete(page);
    await page.getByText('nothing collected').waitFor();
    await page.getByRole('columnheader', { name: '@harbour_ledger' }).waitFor();
  });

  test.each(['/compare', '/compare?s=x:harbour_ledger,topic:nobody asked&as=index'])(
    'axe finds nothing in either theme: %s',
    async (path) => {
      const { page } = await open({ page: path });
      await complete(page);
      expect(await axeFindingsInThemes(page)).toEqual([]);
    },
  );

  test('nothing jumps, axe finds nothing in either theme, and it fits every width', async () => {
    const { page } = await open({ page: three });
    await complete(page);
    expect((await readMeasures(page)).layoutShift).toBeLessThan(0.01);
    expect(await axeFindingsInThemes(page)).toEqual([]);
    expect(await sidewaysScrolls(page)).toEqual([]);
  });
});
