import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasBrowser } from '../../support/browser.ts';
import { startDashboard } from '../../support/dashboard.ts';
import { axeFindings, sidewaysScrolls } from '../../support/page-checks.ts';
import { readMeasures } from '../../support/page-measures.ts';
import { root } from '../../support/program.ts';

const { url, open } = await startDashboard();

describe.runIf(hasBrowser)('the dashboard in a browser', () => {
  test('is served by the server itself, and loads nothing from other hosts', async () => {
    const { page } = await open();
    await page.locator('main').waitFor();
    expect(await page.title()).toContain('larkstat');
    await page.waitForLoadState('networkidle');
  });

  test('opens at the address of one of its pages', async () => {
    const { page } = await open({ page: '/x/harbour_ledger?range=7d' });
    await page.locator('main').waitFor();
    expect(new URL(page.url()).pathname).toBe('/x/harbour_ledger');
  });

  test('has files that browsers cache for a year, with hashed names, compressed by the build', async () => {
    const { page } = await open();
    await page.waitForLoadState('networkidle');
    const loaded = (await page.evaluate(
      'performance.getEntriesByType("resource").map(({ name }) => name)',
    )) as readonly string[];
    const hashed = loaded.filter((name) => new URL(name).pathname.startsWith('/assets/'));
    expect(hashed.some((name) => name.endsWith('.js'))).toBe(true);
    expect(hashed.some((name) => name.endsWith('.css'))).toBe(true);
    for (const name of hashed) {
      const answer = await fetch(name, { headers: { 'accept-encoding': 'br' } });
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      // A font is compressed already, and a few bytes cannot be compressed.
      const { length } = await answer.text();
      const isPacked = !name.endsWith('.woff2') && length > 500;
      if (isPacked) expect(answer.headers.get('content-encoding')).toBe('br');
      if (name.endsWith('.woff2')) expect(answer.headers.get('content-encoding')).toBe(null);
    }
  });

  test("is always built for production: React's development build is several times slower", async () => {
    const folder = join(root, 'dist/web/assets');
    const scripts = (await readdir(folder)).filter((name) => name.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(10);
    for (const script of scripts)
      expect(await readFile(join(folder, script), 'utf8')).not.toContain('jsxDEV(');
  });

  test('is not sent again when it has not changed', async () => {
    const { page } = await open();
    const again = await page.reload();
    // The browser shows its cached copy, because the server answers 304.
    expect([200, 304]).toContain(again?.status());
    const etag = (await fetch(url)).headers.get('etag') ?? '';
    expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  test('a file of an older build is 404, and not a page', async () => {
    const answer = await fetch(`${url}/assets/index-00000000.js`, { headers: { accept: 'text/html' } });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      404,
      'application/json; charset=utf-8',
    ]);
  });

  test.each(['light', 'dark'] as const)(
    'follows a system that is %s, and axe finds nothing',
    async (theme) => {
      const { page } = await open({ theme });
      await page.locator('main').waitFor();
      expect(await page.locator('html').getAttribute('data-theme')).toBe(theme);
      expect(await axeFindings(page)).toEqual([]);
    },
  );

  test('fits every width from 320 to 2560 pixels', async () => {
    const { page } = await open();
    await page.locator('main').waitFor();
    expect(await sidewaysScrolls(page)).toEqual([]);
  });

  test('nothing jumps while it loads', async () => {
    const { page } = await open({ size: 'phone' });
    await page.waitForLoadState('networkidle');
    expect((await readMeasures(page)).layoutShift).toBeLessThan(0.01);
  });

  test('its palette has the actions of the page, and those of every page', async () => {
    const { page } = await open({ page: '/x/harbour_ledger' });
    await page.locator('main[data-complete]').waitFor();
    const palette = page.getByRole('dialog', { name: 'Go to' });
    const choose = async (typed: string, name: string) => {
      await page.keyboard.press('Control+k');
      await palette.getByRole('combobox').fill(typed);
      const option = palette.getByRole('option', { name, exact: true });
      await option.waitFor();
      expect(await axeFindings(page)).toEqual([]);
      await option.click();
      await palette.waitFor({ state: 'detached' });
    };
    await choose('fetch', 'Fetch new posts');
    await page.getByRole('dialog', { name: 'What a fetch takes' }).waitFor();
    await page.keyboard.press('Escape');
    await choose('export', 'Export all posts');
    await page.getByRole('dialog', { name: 'Export all posts' }).waitFor();
    await page.keyboard.press('Escape');
    await choose('share', 'Share this page');
    await page.getByRole('dialog', { name: 'Share this page' }).waitFor();
    await page.keyboard.press('Escape');
    await choose('theme dark', 'Dark theme');
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    await choose('add an account', 'Add an account, a topic or a channel');
    await page.waitForFunction('document.activeElement?.id === "add"');
    expect(new URL(page.url()).pathname).toBe('/');
    // Actions of the previous page are not offered here.
    await page.keyboard.press('Control+k');
    await palette.getByRole('combobox').fill('export all');
    await palette.getByText('No matches').or(palette.getByRole('option')).first().waitFor();
    expect(await palette.getByRole('option', { name: 'Export all posts' }).count()).toBe(0);
  });

  test('GraphiQL opens a query with the variables of its address', async () => {
    const search = new URLSearchParams({
      query: 'query Totals($handle: String!) { account(handle: $handle) { handle } }',
      variables: '{"handle":"harbour_ledger"}',
    });
    const { page } = await open({ page: `/graphql?${search}` });
    const run = page.getByRole('button', { name: /execute query/i });
    await run.waitFor();
    await run.click();
    await page.locator('.result-window', { hasText: '"handle": "harbour_ledger"' }).waitFor();
  });
});
