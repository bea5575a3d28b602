import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { hasBrowser } from '../../support/browser.ts';
import { type OpenedPage, startDashboard } from '../../support/dashboard.ts';
import { axeFindings } from '../../support/page-checks.ts';

const { url, open } = await startDashboard({ OPERATIONS: 'only' });

/** Opens a page, and records each answer that refuses an operation. */
async function watched(path: string): Promise<OpenedPage & { readonly refused: string[] }> {
  const refused: string[] = [];
  const note = (text: string): void => {
    if (text.includes('"FORBIDDEN"')) refused.push(text.slice(0, 300));
  };
  const watch = (page: Page): void => {
    page.on('response', async (response) => {
      if (new URL(response.url()).pathname === '/graphql') note(await response.text().catch(() => ''));
    });
    page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => note(String(payload))));
  };
  return { ...(await open({ page: path, watch })), refused };
}

describe.runIf(hasBrowser)('a server that runs registered operations only', () => {
  test('refuses queries that are not registered', async () => {
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ streams { totalCount } }"}',
    });
    expect(await answer.text()).toContain('FORBIDDEN');
  });

  test.each([
    '/',
    '/x/harbour_ledger',
    '/x/harbour_ledger?year=2025',
    '/trending',
    '/posts?q=harbour',
    '/conversations',
    '/compare?s=x:harbour_ledger,x:kissa_hima',
    '/jobs',
    '/system',
  ])('runs all operations of the dashboard: %s', async (path) => {
    const { page, refused } = await watched(path);
    await page.locator('main[data-complete]').waitFor();
    await page.waitForLoadState('networkidle');
    expect(refused).toEqual([]);
  });

  test('runs the operations of a shared page, and mutations', async () => {
    const { page, refused } = await watched('/');
    await page
      .getByRole('list', { name: 'Streams, last updated first' })
      .getByText('@harbour_ledger')
      .waitFor();
    await page.goto(`${url}/x/harbour_ledger`);
    await page.getByRole('button', { name: 'Share this page' }).click();
    await page.getByRole('button', { name: 'Create the link' }).click();
    const link = await page.getByLabel('The link', { exact: true }).inputValue();
    await page.goto(link);
    await page.getByText('Shared read-only until').waitFor();
    await page.locator('main[data-complete]').waitFor();
    expect(refused).toEqual([]);
  });
});

describe.runIf(hasBrowser)('keys on the page System', () => {
  test('are created, shown once, and revoked; the first one closes the server, but not for this tab', async () => {
    const { page } = await open({ page: '/system', expected: /401/ });
    const keys = page.getByRole('region', { name: 'Keys' });
    await keys.getByText('There are no keys').waitFor();
    const make = async (name: string) => {
      await keys.getByRole('button', { name: 'New key' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name').fill(name);
      await dialog.getByRole('button', { name: 'Create the key' }).click();
      const token = await dialog.getByLabel('The key', { exact: true }).inputValue();
      expect(await axeFindings(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Done' }).click();
      return token;
    };
    const statusOf = async (token: string | null) => {
      const headers = {
        'content-type': 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
      };
      const body = '{"query":"{ __typename }"}';
      return (await fetch(`${url}/graphql`, { method: 'POST', headers, body })).status;
    };
    const first = await make('mine');
    await expect.poll(() => statusOf(null)).toBe(401);
    expect(await statusOf(first)).toBe(200);
    const second = await make('a program');
    expect(await statusOf(second)).toBe(200);
    expect(await keys.innerText()).not.toContain(second);
    await keys.getByRole('button', { name: 'Revoke the key a program' }).click();
    await keys.getByText('revoked').waitFor();
    await expect.poll(() => statusOf(second)).toBe(401);
    // A new tab has no key, and is asked for one.
    const { page: other } = await open({ page: '/system', expected: /401/ });
    await other.getByLabel('API key').fill(first);
    await other.getByRole('button', { name: 'Sign in' }).click();
    await other.getByRole('region', { name: 'Keys' }).getByText('mine').waitFor();
  });
});
