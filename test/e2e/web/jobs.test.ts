import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { hasBrowser } from '../../support/browser.ts';
import { askDashboard, startDashboard } from '../../support/dashboard.ts';
import { axeFindings, sidewaysScrolls } from '../../support/page-checks.ts';
import { readMeasures } from '../../support/page-measures.ts';

const dashboard = await startDashboard();
const { open } = dashboard;

describe.runIf(hasBrowser)('Jobs and System', () => {
  test('a failed import says what went wrong, and can be retried', async () => {
    await importFile('letter.zip', 'PK\u0003\u0004 and then nothing');
    const { page } = await open({ page: '/jobs?state=failed' });
    const link = page.getByRole('link', { name: 'Import letter.zip' });
    await link.waitFor();
    expect(await page.getByRole('list', { name: 'Jobs' }).getByRole('listitem').count()).toBe(1);
    await link.click();
    const wrong = page.getByRole('region', { name: 'What went wrong' });
    await wrong.waitFor();
    const { jobs } = await askDashboard<{ jobs: { nodes: { error: { code: string; message: string } }[] } }>(
      dashboard,
      '{ jobs(state: FAILED) { nodes { error { code message } } } }',
    );
    expect(await wrong.innerText()).toContain(jobs.nodes[0]?.error.message);
    expect(await wrong.innerText()).toContain(jobs.nodes[0]?.error.code);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Try again: letter.zip' }).click();
    const attempts = page.getByRole('region', { name: 'Figures' });
    await expect.poll(async () => (await attempts.innerText()).replaceAll('\n', ' ')).toContain('Attempts 2');
  });

  test('shows what the API says of the import of the demo', async () => {
    const { page } = await open({ page: '/jobs?state=succeeded' });
    await complete(page);
    const row = page.getByRole('list', { name: 'Jobs' }).getByRole('listitem').last();
    const { jobs } = await askDashboard<{ jobs: { nodes: { progress: { inserted: number } }[] } }>(
      dashboard,
      '{ jobs(state: SUCCEEDED) { nodes { progress { inserted } } } }',
    );
    expect(await row.innerText()).toContain(
      `${jobs.nodes.at(-1)?.progress.inserted.toLocaleString('en')} new`,
    );
  });

  test('lists a job that begins while the page is open, and loads more by scrolling', async () => {
    const { page, graphql } = await open({ page: '/jobs', size: 'phone' });
    await complete(page);
    for (let count = 0; count < 45; count += 1) await importFile(`letter-${count}.zip`, 'PK\u0003\u0004');
    await page.getByText('Import letter-44.zip').waitFor();
    const rows = page.getByRole('list', { name: 'Jobs' }).getByRole('listitem');
    await page.reload();
    await complete(page);
    await page.getByText('Import letter-5.zip').scrollIntoViewIfNeeded();
    await expect.poll(() => rows.count()).toBe(47);
    expect(graphql).toContain('MoreJobs');
  });

  test('lists a job that began and failed before the page received any event', async () => {
    const { page } = await open({ page: '/jobs' });
    let connect = (): void => undefined;
    const late = new Promise<void>((resolve) => {
      connect = resolve;
    });
    await page.routeWebSocket(/graphql/, async (socket) => {
      await late;
      socket.connectToServer();
    });
    await page.reload();
    await complete(page);
    await importFile('unseen.zip', 'PK\u0003\u0004');
    const failed = () =>
      askDashboard<{ jobs: { nodes: { subject: string }[] } }>(
        dashboard,
        '{ jobs(state: FAILED, first: 1) { nodes { subject } } }',
      );
    await expect.poll(async () => (await failed()).jobs.nodes[0]?.subject).toBe('unseen.zip');
    expect(await page.getByText('Import unseen.zip').count()).toBe(0);
    connect();
    await page.getByRole('button', { name: 'Try again: unseen.zip' }).waitFor();
  });

  test.each([
    ['/jobs', 'light', 'desktop'],
    ['/jobs', 'dark', 'phone'],
    ['/system', 'light', 'desktop'],
    ['/system', 'dark', 'phone'],
  ] as const)('%s in %s on a %s: axe finds nothing, nothing jumps', async (path, theme, size) => {
    const { page } = await open({ page: path, theme, size });
    await complete(page);
    expect(await axeFindings(page)).toEqual([]);
    expect((await readMeasures(page)).layoutShift).toBeLessThan(0.01);
  });

  test.each(['/jobs', '/system'])('%s fits every width from 320 to 2560 pixels', async (path) => {
    const { page } = await open({ page: path });
    await complete(page);
    expect(await sidewaysScrolls(page)).toEqual([]);
  });

  test('System shows the figures of the API, and the missing setting of each provider', async () => {
    const { page } = await open({ page: '/system' });
    await complete(page);
    const { system } = await askDashboard<{
      system: { version: string; store: { posts: number }; providers: { note: string | null }[] };
    }>(dashboard, '{ system { version store { posts } providers { note } } }');
    const server = await page.getByRole('region', { name: 'Server' }).innerText();
    expect(server).toContain(system.version);
    const store = await page.getByRole('region', { name: 'Store' }).innerText();
    expect(store).toContain(system.store.posts.toLocaleString('en'));
    const providers = (await page.getByRole('region', { name: 'Providers' }).innerText()).replaceAll('`', '');
    for (const { note } of system.providers) expect(providers).toContain((note ?? '').replaceAll('`', ''));
  });

  test('System lists the links that can be used, and ends one', async () => {
    await askDashboard(dashboard, 'mutation { createShare(path: "/x/harbour_ledger?range=90d") { id } }');
    const { page } = await open({ page: '/system' });
    await complete(page);
    const links = page.getByRole('region', { name: 'Shared links' });
    await links.getByRole('button', { name: 'Revoke the link to /x/harbour_ledger?range=90d' }).click();
    await links.getByText('No link is in use').waitFor();
    expect(await askDashboard(dashboard, '{ shares { id } }')).toEqual({ shares: [] });
  });
});

const complete = (page: Page) => page.locator('main[data-complete]').waitFor();

/** Imports a file over the API, whatever the result. */
async function importFile(name: string, content: string): Promise<void> {
  const form = new FormData();
  const query = 'mutation ($file: File!) { importFile(file: $file, handle: "wren") { id } }';
  form.append('operations', JSON.stringify({ query, variables: { file: null } }));
  form.append('map', '{"0":["variables.file"]}');
  form.append('0', new Blob([content]), name);
  const response = await fetch(`${dashboard.url}/graphql`, { method: 'POST', body: form });
  expect(response.status).toBe(200);
}
