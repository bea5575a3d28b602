import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { hasBrowser } from '../../support/browser.ts';
import { askDashboard, startDashboard } from '../../support/dashboard.ts';
import { environmentOf, lark, startServices } from '../../support/fetching.ts';
import { postsOf } from '../../support/fake-x-world.ts';
import { axeFindings } from '../../support/page-checks.ts';

/** Three pages of the API: 100, 100 and 40 posts. */
const hourMs = 3_600_000;
const newestAt = Math.floor(Date.now() / 1_000) * 1_000 - hourMs;
const posts = postsOf(lark.id, 240, { newestAt, everyMs: 3 * hourMs });
const services = await startServices({ users: [lark], posts });
const { faults } = services.xApi;
const dashboard = await startDashboard({
  ...environmentOf(services, ['X_API']),
  LARKSTAT_DEMO: 'off',
  MEDIA: 'off',
});
const { open } = dashboard;
const timeline = '/tweets';

describe.runIf(hasBrowser)('a fetch, watched in a browser', () => {
  test('shows its progress, and the charts change as posts arrive', async () => {
    const [second, third] = [gate(), gate()];
    faults.push(
      { kind: 'none', of: timeline },
      { kind: 'wait', until: second.opened, of: timeline },
      { kind: 'wait', until: third.opened, of: timeline },
    );
    const { page } = await open({ page: '/x/lark?range=90d' });
    await page.getByRole('heading', { name: 'Nothing collected of @lark yet' }).waitFor();
    await page.getByRole('radio', { name: 'Whole history' }).click();
    await page.getByText(/about [\d,]+ posts/).waitFor();
    await page.evaluate('window.neverReloaded = true');
    await page.getByRole('button', { name: 'Fetch', exact: true }).click();

    await expect.poll(() => postsShown(page)).toBe('100');
    await expect.poll(() => percentShown(page)).toBeGreaterThan(0);
    const earlyPercent = await percentShown(page);
    const early = await picture(page);
    second.open();
    await expect.poll(() => postsShown(page)).toBe('200');
    await expect.poll(() => percentShown(page)).toBeGreaterThan(earlyPercent);
    await page.getByRole('button', { name: /^Fetching/ }).click();
    await page
      .getByRole('dialog')
      .getByText(/200 fetched · 200 new/)
      .waitFor();
    await expect.poll(() => picture(page)).not.toBe(early);
    expect(await axeFindings(page)).toEqual([]);
    third.open();
    await expect.poll(() => postsShown(page)).toBe('240');
    await page.getByRole('button', { name: 'Fetch new posts' }).waitFor();
    expect(await page.evaluate('window.neverReloaded')).toBe(true);
  });

  test('is cancelled on the page of jobs, and retried', async () => {
    const { page } = await open({ page: '/jobs' });
    const held = gate();
    faults.push({ kind: 'wait', until: held.opened, of: timeline });
    await askDashboard(dashboard, 'mutation { fetchAccount(handle: "lark", full: true) { id } }');
    await page.getByRole('button', { name: 'Cancel: @lark' }).click();
    await page.getByRole('button', { name: 'Try again: @lark' }).waitFor();
    const { jobs } = await askDashboard<{ jobs: { nodes: { state: string }[] } }>(
      dashboard,
      '{ jobs(first: 1) { nodes { state } } }',
    );
    expect(jobs.nodes[0]?.state).toBe('CANCELLED');
    held.open();
    await page.getByRole('button', { name: 'Try again: @lark' }).click();
    await page.getByRole('button', { name: 'Try again: @lark' }).waitFor({ state: 'detached' });
    await expect.poll(newestJob).toBe('SUCCEEDED');
  });
});

describe.runIf(hasBrowser)('the page of an account that was fetched', () => {
  test('puts the account on a schedule, and removes the schedule', async () => {
    const { page } = await open({ page: '/x/lark' });
    await page.getByRole('button', { name: 'Refresh schedule: Not tracked' }).click();
    await page.getByRole('menuitemradio', { name: 'Every 6 h' }).click();
    const tracked = page.getByRole('button', { name: 'Refresh schedule: Every 6 h' });
    await tracked.waitFor();
    expect(await tracking()).toEqual({ every: 'PT6H' });
    await tracked.click();
    await page.getByRole('menuitemradio', { name: 'Not tracked' }).click();
    await page.getByRole('button', { name: 'Refresh schedule: Not tracked' }).waitFor();
    expect(await tracking()).toBeNull();
  });

  test('exports its posts into a file that the browser downloads', async () => {
    const { page } = await open({ page: '/x/lark' });
    await page.getByRole('button', { name: 'Export all posts' }).click();
    await page.getByRole('radio', { name: 'NDJSON' }).click();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    await page.waitForURL('**/jobs/*');
    const file = page.getByRole('region', { name: 'File' }).getByRole('link');
    await file.waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), file.click()]);
    expect(download.suggestedFilename()).toMatch(/lark.*\.ndjson$/);
    const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { text: string }).text).sort()).toEqual(
      posts.map(({ text }) => text).sort(),
    );
  });
});

describe.runIf(hasBrowser)('a server that is killed', () => {
  test('is shown as offline, and the open page continues by itself when the server is back', async () => {
    const { page } = await open({
      page: '/x/lark',
      expected: /ERR_CONNECTION_(REFUSED|RESET)|ERR_EMPTY_RESPONSE|WebSocket connection|Failed to fetch/,
    });
    await expect.poll(() => postsShown(page)).toBe('240');
    // Cards whose answer is still on its way have no numbers to be offline with.
    await page.locator('main[data-complete]').waitFor();
    await page.evaluate('window.neverReloaded = true');
    await dashboard.kill();
    await page
      .getByText(/offline, as of/)
      .first()
      .waitFor();
    await page
      .getByRole('region', { name: 'Totals' })
      .getByText(/offline, as of/)
      .waitFor();
    // What was there stays; what is asked for now comes when the server does.
    expect(await postsShown(page)).toBe('240');
    await page.getByRole('radio', { name: '7 d' }).click();
    await page.getByText('The server does not answer').first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await dashboard.startAgain();
    // One every three hours of six days and of today so far.
    await expect.poll(() => postsShown(page)).toMatch(/^(4[89]|5[0-6])$/);
    await page
      .getByText(/offline, as of/)
      .first()
      .waitFor({ state: 'detached' });
    services.setPosts([...postsOf(lark.id, 5, { newestAt: newestAt + 60_000, everyMs: 1_000 }), ...posts]);
    const before = Number(await postsShown(page));
    await askDashboard(dashboard, 'mutation { fetchAccount(handle: "lark") { id } }');
    await expect.poll(() => postsShown(page)).toBe(String(before + 5));
    expect(await page.evaluate('window.neverReloaded')).toBe(true);
  });
});

/** Something to wait for until the test opens it. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** The number of posts in the totals; null while there are none. */
async function postsShown(page: Page): Promise<string | null> {
  const total = page.getByRole('group', { name: 'Totals' }).locator('button [title]').first();
  return (await total.count()) === 0 ? null : total.getAttribute('title');
}

/** The progress of the fetch as the button in the header shows it; 0 when it shows none. */
async function percentShown(page: Page): Promise<number> {
  const button = page.getByRole('button', { name: /^Fetching/ });
  return (await button.count()) === 0 ? 0 : Number(/(\d+)%/.exec(await button.innerText())?.[1] ?? 0);
}

/** What the main chart has drawn. */
const picture = (page: Page): Promise<unknown> =>
  page.evaluate('document.querySelector("#activity canvas")?.toDataURL()');

async function newestJob(): Promise<string | undefined> {
  const { jobs } = await askDashboard<{ jobs: { nodes: { state: string }[] } }>(
    dashboard,
    '{ jobs(first: 1) { nodes { state } } }',
  );
  return jobs.nodes[0]?.state;
}

async function tracking(): Promise<unknown> {
  const { account } = await askDashboard<{ account: { tracking: { every: string } | null } }>(
    dashboard,
    '{ account(handle: "lark") { tracking { every } } }',
  );
  return account.tracking;
}
