import { describe, expect, test } from 'vitest';
import { revokeKey } from '../../../src/access/keys.ts';
import { createPubSub } from '../../../src/platform/pubsub.ts';
import { openApp } from '../../support/app.ts';
import { hasBrowser, openBrowser } from '../../support/browser.ts';
import { makeKey, openKeys } from '../../support/keys.ts';
import { patienceMs } from '../../support/patience.ts';
import { openStore } from '../../support/store.ts';
import { send, serve } from '../http/support.ts';

const db = await openStore();
const key = await makeKey(db, 'read');
const { access } = await openKeys(db);
const server = await serve(openApp(db, { changes: createPubSub() } as never), { access }); // safe: no other is asked
const accept = 'text/html,application/xhtml+xml';
const visit = (headers = {}) => send(server, { method: 'GET', headers: { accept, ...headers } });

test('a browser without a key gets a page that asks for one, and nothing of GraphiQL', async () => {
  const page = await visit();
  expect(page.status).toBe(401);
  expect(page.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'x-frame-options': 'DENY',
  });
  expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'.*connect-src 'self'/);
  expect(page.headers['set-cookie']).toBeUndefined();
  expect(page.headers.vary).toMatch(/\bAuthorization\b/);
  expect(page.body).not.toMatch(/graphiql|graphql-playground|altair|https?:\/\//i);
  expect(page.body.length).toBeLessThan(6_000);
});

test('with a key the page is GraphiQL', async () => {
  const page = await visit({ authorization: key.bearer });
  expect(page.status).toBe(200);
  expect(page.headers.vary).toMatch(/\bAuthorization\b/);
  expect(page.body).toContain('YogaGraphiQL');
});

describe.runIf(hasBrowser)('in a browser', () => {
  test('a wrong key is refused; a right one opens GraphiQL, stays in the tab, and runs queries and subscriptions', async () => {
    const browser = await openBrowser();
    const context = await browser.newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    const foreign: string[] = [];
    page.on('request', (request) => {
      if (!/^(http:\/\/127\.0\.0\.1:|blob:|data:)/.test(request.url())) foreign.push(request.url());
    });
    const address = `${server.url}/graphql?query={__typename}`;
    await page.goto(address);
    await page.getByLabel('Your key').fill('lark_wrong');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByText('unknown, expired or revoked').waitFor();
    await page.getByLabel('Your key').fill(` ${key.token} `);
    await page.getByRole('button', { name: 'Open' }).click();

    const run = page.getByRole('button', { name: /execute query/i });
    await run.waitFor();
    await run.click();
    await page.locator('.result-window', { hasText: '"__typename": "Query"' }).waitFor();
    await page.reload();
    await run.waitFor();
    expect(await context.cookies()).toEqual([]);
    const kept = await page.evaluate('[Object.values(sessionStorage), Object.values(localStorage).join()]');
    expect(kept).toMatchObject([[key.token], expect.not.stringContaining(key.token)]);

    const asked = page.waitForRequest((request) => request.url().includes('jobChanged%7Bid%7D'));
    await page.goto(
      `${server.url}/graphql?query=${encodeURIComponent('subscription { jobChanged { id } }')}`,
    );
    await run.click();
    const request = await asked;
    expect(await request.headerValue('authorization')).toBe(key.bearer);
    expect((await request.response())?.status()).toBe(200);

    const other = await context.newPage();
    await other.goto(address);
    await other.getByLabel('Your key').waitFor();
    expect(foreign).toEqual([]);

    await revokeKey({ db, now: new Date() }, key.name);
    const status = async () => (await visit({ authorization: key.bearer })).status;
    await expect.poll(status, { timeout: patienceMs }).toBe(401);
    await page.reload();
    await page.getByText('unknown, expired or revoked').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });
});
