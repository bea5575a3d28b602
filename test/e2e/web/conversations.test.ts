import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { hasBrowser } from '../../support/browser.ts';
import { startDashboard } from '../../support/dashboard.ts';
import { axeFindings, sidewaysScrolls } from '../../support/page-checks.ts';
import { readMeasures } from '../../support/page-measures.ts';
import { patienceMs } from '../../support/patience.ts';

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

if (hasBrowser) beforeAll(settled);

const complete = (page: Page) => page.locator('main[data-complete]').waitFor();

/** The demo's conversations are computed after its posts: they are complete when three checks give the same result. */
async function settled(): Promise<void> {
  const looks: string[] = [];
  await vi.waitFor(
    async () => {
      const query = '{ conversationDepths { conversations posts maxDepth } viralChains(first: 8) { depth } }';
      looks.unshift(JSON.stringify(await ask(query)));
      const isSettled = looks.length > 2 && new Set(looks.slice(0, 3)).size === 1;
      if (!isSettled || looks[0]?.includes('"viralChains":[]'))
        throw new Error(`The conversations of the demo have not settled: ${looks[0]}`);
    },
    { timeout: patienceMs, interval: 1_000 },
  );
}

const views = [
  ['light', 'desktop'],
  ['dark', 'phone'],
] as const;

describe.runIf(hasBrowser)('the page Conversations', () => {
  test('shows the figures of the API', async () => {
    const { conversationDepths: depths, viralChains } = await ask<{
      conversationDepths: { conversations: number; posts: number; maxDepth: number };
      viralChains: { depth: number }[];
    }>('{ conversationDepths { conversations posts maxDepth } viralChains(first: 8) { depth } }');
    const { page, graphql } = await open({ page: '/conversations' });
    await complete(page);
    const text = (await page.locator('main').textContent()) ?? '';
    expect(text).toContain(
      `${depths.conversations.toLocaleString('en-US')} conversations of ${depths.posts.toLocaleString('en-US')} posts · ${depths.maxDepth} deep at most`,
    );
    expect(text.match(/\d+ deep(?! at)/g)).toEqual(viralChains.map(({ depth }) => `${depth} deep`));
    expect(graphql.filter((name) => name.startsWith('Conversations'))).toHaveLength(2);
    expect((await readMeasures(page)).layoutShift).toBeLessThan(0.01);
  });

  test('sorts and filters by its address', async () => {
    const { page } = await open({ page: '/conversations?order=deepest&depth=1&engagement=0' });
    await complete(page);
    const { account } = await ask<{ account: { conversations: { nodes: { root: { text: string } }[] } } }>(
      '{ account(handle: "kissa_hima") { conversations(orderBy: DEEPEST, first: 1) { nodes { root { text } } } } }',
    );
    await page.getByRole('combobox', { name: 'Stream' }).click();
    await page.getByRole('option', { name: '@kissa_hima' }).click();
    await page.waitForURL(/stream=/);
    const first = account.conversations.nodes[0]?.root.text.slice(0, 30) ?? 'none';
    await expect.poll(() => page.locator('article').first().textContent()).toContain(first);
  });

  test.each(views)('axe finds nothing in the %s theme on a %s', async (theme, size) => {
    const { page } = await open({ page: '/conversations', theme, size });
    await complete(page);
    expect(await axeFindings(page)).toEqual([]);
    if (theme === 'light') expect(await sidewaysScrolls(page)).toEqual([]);
  });
});

describe.runIf(hasBrowser)('the page of a conversation', () => {
  let id: string;
  let depths: (number | null)[];
  beforeAll(async () => {
    const { viralChains } = await ask<{ viralChains: { posts: { id: string }[] }[] }>(
      '{ viralChains(first: 1, minDepth: 9) { posts(first: 1) { id } } }',
    );
    id = viralChains[0]?.posts[0]?.id ?? '';
    const { conversation } = await ask<{ conversation: { posts: { nodes: { depth: number | null }[] } } }>(
      `{ conversation(postId: "${id}") { posts(first: 100) { nodes { depth } } } }`,
    );
    depths = conversation.posts.nodes.map(({ depth }) => depth);
  });

  test('is a tree: each post is indented by its depth, up to the eighth level', async () => {
    const { page } = await open({
      page: `/conversation/${encodeURIComponent(id)}`,
      size: { width: 1440, height: 4000 },
    });
    await complete(page);
    const widths = (await page.evaluate(
      '[...document.querySelectorAll("article .thread-lines")].map((lines) => lines.getBoundingClientRect().width)',
    )) as number[];
    expect(widths).toEqual(depths.map((depth) => Math.min(depth ?? -1, 8) * 24));
    const deep = depths.filter((depth) => (depth ?? 0) > 8);
    expect(deep.length).toBeGreaterThan(0);
    expect(await page.getByText(/^deeper/).count()).toBe(deep.length);
  });

  test.each(views)('axe finds nothing in the %s theme on a %s', async (theme, size) => {
    const { page } = await open({ page: `/conversation/${encodeURIComponent(id)}`, theme, size });
    await complete(page);
    expect(await axeFindings(page)).toEqual([]);
    if (theme === 'light') expect(await sidewaysScrolls(page)).toEqual([]);
  });

  test('says when no stream has the post', async () => {
    const none = Buffer.from('Post:1:X:1').toString('base64');
    const { page } = await open({ page: `/conversation/${encodeURIComponent(none)}` });
    await complete(page);
    await page.getByText('No stream has this post').waitFor();
  });
});
