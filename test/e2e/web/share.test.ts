import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { afterwards } from '../../support/afterwards.ts';
import { hasBrowser } from '../../support/browser.ts';
import { startDashboard } from '../../support/dashboard.ts';
import { axeFindings, axeFindingsInThemes, sidewaysScrolls } from '../../support/page-checks.ts';
import { patienceMs } from '../../support/patience.ts';

const { url, open } = await startDashboard();
const page = '/x/harbour_ledger?range=90d';

async function ask(query: string, variables: object, key?: string) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()).data;
}
async function share(path: string): Promise<{ id: string; url: string }> {
  const made = await ask('mutation ($path: String!) { createShare(path: $path) { id url } }', { path });
  return made.createShare;
}
// The demo is created after the server has started.
beforeAll(async () => {
  if (!hasBrowser) return;
  const both = '{ accounts(handles: ["harbour_ledger", "kissa_hima"]) { handle } }';
  const isThere = async () => !JSON.stringify(await ask(both, {})).includes('null');
  await vi.waitFor(async () => expect(await isThere()).toBe(true), { timeout: patienceMs, interval: 200 });
}, patienceMs);
const revoke = (id: string) => ask('mutation ($id: ID!) { revokeShare(id: $id) }', { id });

describe.runIf(hasBrowser)('a page that was shared', () => {
  test('says so, leads nowhere else, fits every width, and axe finds nothing in either theme', async () => {
    const link = await share(page);
    const { page: tab } = await open({ page: link.url });
    await tab.getByText('Shared read-only until').waitFor();
    expect(new URL(tab.url()).search).toBe('?range=90d');
    expect(await tab.getByRole('navigation').count()).toBe(0);
    expect(await tab.getByRole('button', { name: /share|fetch|track|import|delete/i }).count()).toBe(0);
    expect(await axeFindingsInThemes(tab)).toEqual([]);
    expect(await sidewaysScrolls(tab)).toEqual([]);
  });

  test('asks with its token only, also when it is loaded again', async () => {
    const link = await share(page);
    const { page: tab } = await open({ page: link.url });
    await tab.getByText('Shared read-only until').waitFor();
    const asked: (string | undefined)[] = [];
    tab.on('request', (request) => {
      if (new URL(request.url()).pathname === '/graphql') asked.push(request.headers().authorization);
    });
    await tab.reload();
    await tab.getByText('Shared read-only until').waitFor();
    await tab.waitForLoadState('networkidle');
    const token = new URL(link.url, url).searchParams.get('share');
    expect(asked.filter((header) => header !== `Bearer ${token}`)).toEqual([]);
  });

  test('shows no other page', async () => {
    const link = await share(page);
    // The page sends the query before it knows that the page is not shared, and the API refuses.
    const { page: tab } = await open({ page: link.url, expected: /403/ });
    await tab.getByText('Shared read-only until').waitFor();
    await tab.goto(`${url}/jobs`);
    await tab.getByText('This page was not shared').waitFor();
    await tab.getByRole('button', { name: 'Leave' }).click();
    await tab.getByRole('navigation', { name: 'Pages' }).waitFor();
  });

  test('whose link is incomplete opens nothing', async () => {
    const link = await share(page);
    const { page: tab } = await open({ page: link.url.slice(0, -3) });
    await tab.getByText('This link is incomplete').waitFor();
    expect(await axeFindings(tab)).toEqual([]);
  });

  test('is shared by its button, and its link revoked', async () => {
    const { page: tab } = await open({ page: '/x/kissa_hima' });
    await tab.getByRole('button', { name: 'Share this page' }).click();
    await tab.getByRole('button', { name: 'Create the link' }).click();
    const link = await tab.getByLabel('The link', { exact: true }).inputValue();
    const token = new URL(link).searchParams.get('share') ?? '';
    const query = '{ account(handle: "kissa_hima") { handle } }';
    expect(await ask(query, {}, token)).toEqual({ account: { handle: 'kissa_hima' } });
    expect(await axeFindings(tab)).toEqual([]);
    await tab.getByRole('button', { name: 'Revoke' }).click();
    await tab.getByText('Link revoked').waitFor();
    await expect.poll(() => ask(query, {}, token), { timeout: patienceMs }).toBeUndefined();
  });
});

describe.runIf(hasBrowser)('another site', () => {
  test('may frame the page below /embed that was shared, and no other', async () => {
    const link = await share('/embed/x/harbour_ledger');
    const { context } = await open();
    const host = await context.newPage();
    const frames = [link.url, '/embed/x/harbour_ledger', '/x/harbour_ledger', '/'];
    const html = frames.map((path) => `<iframe src="${url}${path}"></iframe>`).join('');
    // Another origin: the dashboard itself is at localhost.
    const site = createServer((_req, res) => res.setHeader('content-type', 'text/html').end(html));
    await new Promise<void>((done) => site.listen(0, '127.0.0.1', done));
    afterwards(() => void site.close());
    const { port } = site.address() as AddressInfo; // safe: it listens on a port
    await host.goto(`http://127.0.0.1:${port}/`);
    await host.frameLocator('iframe').first().locator('main').waitFor();
    const shown = host.frames().map((frame) => frame.url());
    expect(shown.filter((address) => address.startsWith(url))).toHaveLength(1);
    await revoke(link.id);
    const answer = () => fetch(`${url}${link.url}`, { headers: { accept: 'text/html' } });
    const policy = async () => (await answer()).headers.get('content-security-policy');
    await expect.poll(policy, { timeout: patienceMs }).toContain("frame-ancestors 'none'");
  });
});
