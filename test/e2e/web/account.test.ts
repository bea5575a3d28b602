import { describe, expect, test } from 'vitest';
import { hasBrowser } from '../../support/browser.ts';
import { askDashboard, startDashboard } from '../../support/dashboard.ts';
import { axeFindings, axeFindingsInThemes, sidewaysScrolls } from '../../support/page-checks.ts';
import { readMeasures } from '../../support/page-measures.ts';

const dashboard = await startDashboard();
const { url, open } = dashboard;
const account = '/x/harbour_ledger';

/** Opens a page, and waits until it is complete. */
async function openComplete(view: Parameters<typeof open>[0]) {
  const opened = await open(view);
  await opened.page.locator('main[data-complete]').waitFor();
  return opened;
}

describe.runIf(hasBrowser)('the page of an account', () => {
  test('gets cached answers at its second visit', async () => {
    const { page } = await openComplete({ page: `${account}?range=all` });
    const kept: (string | null)[] = [];
    page.on('response', async (response) => {
      if (/query Account(Above|Below)/.test(response.request().postData() ?? ''))
        kept.push(await response.headerValue('x-larkstat-cache'));
    });
    await page.reload();
    await page.locator('main[data-complete]').waitFor();
    expect(kept).toEqual(['hit', 'hit']);
  });

  test("shows the server's error in each card, and draws all of them after a retry", async () => {
    const { page } = await openComplete({ page: `${account}?range=all` });
    const body = JSON.stringify({
      data: null,
      errors: [{ message: 'Planted', extensions: { code: 'INTERNAL' } }],
    });
    await page.route('**/graphql', (route) =>
      /AccountBelow/.test(route.request().postData() ?? '')
        ? route.fulfill({ contentType: 'application/json', body })
        : route.continue(),
    );
    await page.reload();
    const failed = page.getByRole('alert').filter({ hasText: 'The server failed' });
    const cards = page.locator('main section').filter({ has: failed });
    await expect.poll(() => cards.count()).toBeGreaterThan(10);
    expect(await failed.count()).toBe(await page.getByRole('button', { name: 'Try again' }).count());
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: 'Try again' }).first().click();
    await expect.poll(() => failed.count()).toBe(0);
    await page.locator('main[data-complete]').waitFor();
  });

  test('shows the totals of the API', async () => {
    const { page } = await openComplete({ page: `${account}?range=all` });
    const { account: told } = await askDashboard<{
      account: { displayName: string; stats: { totals: Record<string, number> } };
    }>(
      dashboard,
      '{ account(handle: "harbour_ledger") { displayName stats { totals { posts likesReceived repostsReceived impressions } } } }',
    );
    await page.getByRole('heading', { level: 1, name: told.displayName }).waitFor();
    const exact = (value: number | undefined) => (value ?? 0).toLocaleString('en-US');
    const { posts, likesReceived, repostsReceived, impressions } = told.stats.totals;
    const totals = page.getByRole('group', { name: 'Totals' });
    const titles = await totals
      .locator('button [title]')
      .evaluateAll((all) => all.map((each) => each.getAttribute('title')));
    expect(titles.slice(0, 4)).toEqual([posts, likesReceived, repostsReceived, impressions].map(exact));
  });

  test("shows the API's counts of kinds, each a link to its posts", async () => {
    const { page } = await openComplete({ page: `${account}?range=all` });
    const { account: told } = await askDashboard<{
      account: { stats: { totals: Record<'originals' | 'replies' | 'reposts' | 'quotes', number> } };
    }>(
      dashboard,
      '{ account(handle: "harbour_ledger") { stats { totals { originals replies reposts quotes } } } }',
    );
    const { originals, replies, reposts, quotes } = told.stats.totals;
    const parts = page.getByRole('figure', { name: 'Posts by kind' }).getByRole('listitem');
    expect(await parts.evaluateAll((all) => all.map((part) => part.getAttribute('title')))).toEqual(
      [originals, replies, reposts, quotes].map((count) => count.toLocaleString('en-US')),
    );
    await parts.getByRole('link', { name: 'replies' }).click();
    await page.waitForURL('**/posts?**kind=reply**');
    await page.getByText(`${replies.toLocaleString('en-US')} posts`).waitFor();
  });

  test('uses for all its posts the step that fits their span', async () => {
    // The demo spans two years: its step is a month, also on a phone, where ten years would have steps of a year.
    const { page } = await openComplete({ page: `${account}?range=all`, size: 'phone' });
    await page.getByRole('heading', { name: 'Posts per month' }).waitFor();
  });

  test('shows the hashtags of the API, each a link to its posts', async () => {
    const { page } = await openComplete({ page: `${account}?range=all` });
    const { account: told } = await askDashboard<{
      account: { id: string; stats: { topTerms: { term: string; count: number }[] } };
    }>(
      dashboard,
      '{ account(handle: "harbour_ledger") { id stats { topTerms(kind: HASHTAG, first: 10) { term count } } } }',
    );
    const rows = page.getByRole('list', { name: 'Hashtags', exact: true }).getByRole('listitem');
    const shown = await rows.evaluateAll((all) =>
      all.map((row) => [row.querySelector('a')?.textContent, row.querySelectorAll('.nums')[0]?.textContent]),
    );
    expect(shown).toEqual(
      told.stats.topTerms.map(({ term, count }) => [`#${term}`, count.toLocaleString('en-US')]),
    );
    const first = rows.first().getByRole('link');
    const target = new URL((await first.getAttribute('href')) ?? '', url);
    expect(target.pathname).toBe('/posts');
    expect(target.searchParams.get('tags')).toBe(told.stats.topTerms[0]?.term);
    expect(target.searchParams.get('streams')).toBe(told.id);
    await first.click();
    await page.waitForURL('**/posts?**');
  });

  test.each(['desktop', 'phone'] as const)(
    'on a %s asks twice, keeps still, fits every width, and has nothing that axe finds in either theme',
    async (size) => {
      const { page, graphql } = await openComplete({ page: account, size });
      const own = graphql.filter((name) => name !== 'socket' && name !== 'SidebarStreams');
      expect(own.sort()).toEqual(['AccountAbove', 'AccountBelow']);
      expect((await readMeasures(page)).layoutShift).toBeLessThan(0.01);
      expect(await axeFindingsInThemes(page)).toEqual([]);
      // Seconds have passed, and the sidebar has made its requests; nothing is requested again.
      expect(graphql.filter((name) => name !== 'socket').length).toBeLessThanOrEqual(3);
      if (size === 'desktop') expect(await sidewaysScrolls(page)).toEqual([]);
    },
  );

  test('prints in the light theme, its charts too, and shows the dark one again afterwards', async () => {
    const { page } = await openComplete({ page: account, theme: 'dark' });
    const looks = () =>
      page.evaluate(() => {
        const canvas = document.querySelector<HTMLCanvasElement>('#activity canvas');
        const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height);
        const data = pixels?.data ?? [];
        const blue = { dark: [0x63, 0x99, 0xff], light: [0x2c, 0x6f, 0xf4] };
        const has = ([r, g, b]: readonly number[]) => {
          for (let at = 0; at < data.length; at += 4)
            if (data[at] === r && data[at + 1] === g && data[at + 2] === b) return true;
          return false;
        };
        return {
          text: getComputedStyle(document.body).color,
          bars: has(blue.dark) ? 'dark' : has(blue.light) ? 'light' : 'none',
        };
      });
    const dark = { text: 'rgb(236, 238, 242)', bars: 'dark' };
    expect(await looks()).toEqual(dark);
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    // The charts change at once; colours of texts may fade.
    expect((await looks()).bars).toBe('light');
    await expect.poll(looks).toEqual({ text: 'rgb(18, 22, 29)', bars: 'light' });
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    await expect.poll(looks).toEqual(dark);
  });

  test('keeps the chosen settings in its address', async () => {
    const { page } = await openComplete({ page: account });
    await page.getByRole('radio', { name: '90 d' }).click();
    await page.waitForURL('**range=90d');
    await page.getByRole('button', { name: /^Likes/ }).click();
    await page.waitForURL('**metric=likes');
    await page.getByRole('heading', { name: 'Likes per week' }).waitFor();
    await page.getByRole('button', { name: 'The period before', exact: true }).click();
    await page.waitForURL(/range=\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d/);
    await page.keyboard.press('5');
    await page.waitForURL('**range=all**');
    await page.goBack();
    await page.waitForURL(/range=\d{4}/);
  });

  test('shows another year of the calendar without requesting the rest again', async () => {
    const { page, graphql } = await openComplete({ page: account });
    const before = graphql.length;
    const years = page.getByRole('radiogroup', { name: 'Year' }).getByRole('radio');
    const first = years.first();
    const year = (await first.textContent()) ?? '';
    await first.click();
    await page.waitForURL(`**year=${year}`);
    await page.getByText(`days of ${year}`).waitFor();
    // The sidebar sends its query a second after its socket is open.
    expect(graphql.slice(before).filter((name) => name.startsWith('Account'))).toEqual(['AccountCalendar']);
  });

  test('moves along its chart by keys, and shows the numbers as a table', async () => {
    const { page } = await openComplete({ page: account });
    const chart = page.getByRole('group', { name: /^Posts by week/ });
    await chart.focus();
    await page.keyboard.press('End');
    await page
      .locator('[aria-live=polite]', { hasText: /week of .*Posts \d+/ })
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Totals as a table' }).click();
    await page.getByRole('columnheader', { name: 'Posts' }).waitFor();
  });

  test('of an account that was not collected says so, and which provider could fetch it', async () => {
    const { page } = await openComplete({ page: '/x/nobody_here' });
    await page.getByRole('heading', { name: 'Nothing collected of @nobody_here yet' }).waitFor();
    await page
      .getByRole('status')
      .filter({ hasText: /provider/i })
      .first()
      .waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  test('without posts in the range offers the range of all posts', async () => {
    const { page } = await openComplete({ page: `${account}?range=2001-01-01..2001-02-01` });
    await page.getByRole('button', { name: 'Show all' }).first().click();
    await page.waitForURL('**range=all');
    await page.getByRole('group', { name: /^Posts by month/ }).waitFor();
  });
});
