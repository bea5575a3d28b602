import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { hasBrowser } from '../../support/browser.ts';
import { askDashboard, startDashboard } from '../../support/dashboard.ts';
import { openFakeTwitchIrc } from '../../support/open-fake-twitch-irc.ts';
import { axeFindings, axeFindingsInThemes, sidewaysScrolls } from '../../support/page-checks.ts';
import { readMeasures } from '../../support/page-measures.ts';
import { patienceMs } from '../../support/patience.ts';

const irc = await openFakeTwitchIrc();
const dashboard = await startDashboard({
  LARKSTAT_DEMO: 'off',
  MEDIA: 'off',
  TWITCH_IRC_URL: irc.url,
});
const { open } = dashboard;
const complete = (page: Page) => page.locator('main[data-complete]').waitFor();
const channel = '/twitch/harbour?range=7d';

/** Four chatters, two messages a minute for an hour, and a minute in which everybody is excited. */
const minutes = 60;
const excited = 30;
const start = Math.floor(Date.now() / 60_000) * 60_000 - 3 * 3_600_000;
const names = ['ann', 'bob', 'cleo', 'dan'];
const lines = Array.from({ length: minutes }, (_, minute) =>
  Array.from({ length: minute === excited ? 60 : 2 }, (_, at) => ({
    at: start + minute * 60_000 + at * 900,
    who: (minute * 7 + at * 3) % (at % 5 === 0 ? 2 : 4),
    text:
      minute === excited ? 'PogChamp what a rampage' : at === 0 ? '!song please' : `good evening ${minute}`,
  })),
)
  .flat()
  .map(({ at, who, text }, number) => {
    const id = `885196de-cb67-427a-baa8-82f9${String(number).padStart(8, '0')}`;
    const emotes = text.startsWith('PogChamp') ? '305954156:0-7' : '';
    const bits = number === 7 ? 'bits=250;' : '';
    const badges = who === 0 ? 'moderator/1,subscriber/12' : '';
    return `@badges=${badges};${bits}display-name=${names[who]};emotes=${emotes};id=${id};room-id=5;tmi-sent-ts=${at};user-id=${who + 1} :${names[who]}!${names[who]}@x PRIVMSG #harbour :${text}`;
  });

type Told = {
  channel: {
    id: string;
    moments: { messages: number }[];
    stats: {
      totals: { posts: number; authors: number; bits: number };
      topAuthors: { posts: number; author: { handle: string } }[];
      emotes: { term: string; count: number }[];
      commands: { term: string; count: number }[];
    };
  } | null;
};
const told = () =>
  askDashboard<Told>(
    dashboard,
    `{ channel(login: "harbour") { id moments { messages } stats { totals { posts authors bits }
      topAuthors(first: 8) { posts author { handle } }
      emotes: topTerms(kind: EMOTE, first: 10) { term count }
      commands: topTerms(kind: COMMAND, first: 10) { term count } } } }`,
  );

async function importLog(content: string, name: string): Promise<void> {
  const form = new FormData();
  const query = 'mutation ($file: File!) { importFile(file: $file) { id } }';
  form.append('operations', JSON.stringify({ query, variables: { file: null } }));
  form.append('map', '{"0":["variables.file"]}');
  form.append('0', new Blob([content]), name);
  const response = await fetch(`${dashboard.url}/graphql`, { method: 'POST', body: form });
  expect(response.status).toBe(200);
}

beforeAll(async () => {
  if (!hasBrowser) return;
  await importLog(lines.join('\n'), 'harbour.log');
  await vi.waitFor(async () => expect((await told()).channel?.stats.totals.posts).toBe(lines.length), {
    timeout: patienceMs,
    interval: 200,
  });
});

describe.runIf(hasBrowser)('the page of a channel', () => {
  test('shows the figures of the API, in five requests', async () => {
    const { page, graphql } = await open({ page: channel });
    await complete(page);
    const { stats, moments } = (await told()).channel ?? { stats: null, moments: [] };
    expect(stats?.totals).toEqual({ posts: lines.length, authors: 4, bits: 250 });
    const totals = page.getByRole('group', { name: 'Totals' }).locator('button [title]');
    expect(await totals.first().getAttribute('title')).toBe(String(lines.length));
    expect(await totals.nth(1).getAttribute('title')).toBe('4');
    expect(await totals.nth(2).getAttribute('title')).toBe('60');
    expect(await totals.nth(3).getAttribute('title')).toBe('250');
    const rowsOf = (name: string) =>
      page
        .getByRole('list', { name, exact: true })
        .getByRole('listitem')
        .evaluateAll((all) =>
          all.map((row) => [
            row.querySelectorAll('span')[1]?.textContent,
            [...row.querySelectorAll(':scope > .nums')]
              .map(({ textContent }) => textContent)
              .find((text) => /^\d+$/.test(text ?? '')),
          ]),
        );
    expect(await rowsOf('Chatters')).toEqual(
      stats?.topAuthors.map(({ author, posts }) => [author.handle, String(posts)]),
    );
    expect(await rowsOf('Emotes')).toEqual(stats?.emotes.map(({ term, count }) => [term, String(count)]));
    expect(await rowsOf('Commands')).toEqual(
      stats?.commands.map(({ term, count }) => [`!${term.replace(/^!/, '')}`, String(count)]),
    );
    expect(stats?.emotes).toEqual([{ term: 'PogChamp', count: 60 }]);
    expect(moments).toHaveLength(1);
    const shown = page.getByRole('list', { name: 'Moments' }).getByRole('listitem');
    expect(await shown.count()).toBe(1);
    expect(await shown.innerText()).toContain('PogChamp');
    expect(await page.getByRole('log', { name: 'Chat' }).innerText()).toContain('good evening 59');
    const places = page.locator('[role=log] [data-index]');
    const tops = await places.evaluateAll((all) =>
      all.map((line) => Math.round(line.getBoundingClientRect().top)).toSorted((a, b) => a - b),
    );
    expect(tops.length).toBeGreaterThan(10);
    // No line covers another.
    expect(tops.slice(1).every((top, at) => top - (tops[at] ?? 0) >= 28)).toBe(true);
    // The chat is requested once more when its socket is open.
    const own = new Set(graphql.filter((name) => name !== 'socket' && name !== 'SidebarStreams'));
    expect([...own].sort()).toEqual([
      'ChannelAbove',
      'ChannelBelow',
      'ChannelMoments',
      'ChannelShares',
      'ChatPage',
    ]);
  });

  test('shows all other figures when its moments are refused', async () => {
    const { page } = await open({ page: '/jobs', expected: /400 \(Bad Request\)/ });
    // The API refuses a range with too many minutes like this: the whole request.
    await page.route('**/graphql', async (route) => {
      if (!/\bmoments\(/.test(route.request().postData() ?? '')) return route.continue();
      const problem = { message: 'Too many minutes', extensions: { code: 'QUERY_TOO_COMPLEX' } };
      await route.fulfill({ status: 400, json: { errors: [problem] } });
    });
    await page.goto(new URL(channel, page.url()).href);
    await complete(page);
    await page.getByRole('region', { name: 'Moments' }).getByText('Too many minutes').waitFor();
    expect(await page.getByRole('list', { name: 'Emotes' }).getByRole('listitem').count()).toBe(1);
    expect(await page.getByRole('list', { name: 'Shares' }).getByRole('listitem').count()).toBeGreaterThan(1);
  });

  test('requests chatters over time only when they are shown', async () => {
    const { page, graphql } = await open({ page: channel });
    await complete(page);
    await page.getByRole('heading', { name: /^Messages per/ }).waitFor();
    const before = graphql.filter((name) => name === 'ChannelAbove').length;
    await page
      .getByRole('group', { name: 'Totals' })
      .getByRole('button', { name: /^Chatters/ })
      .click();
    await page.getByRole('heading', { name: /^Chatters per/ }).waitFor();
    expect(graphql.filter((name) => name === 'ChannelAbove').length).toBe(before + 1);
    await page.getByRole('button', { name: 'Totals as a table' }).click();
    await page.getByRole('columnheader', { name: 'Chatters' }).waitFor();
    const table = page.getByRole('region', { name: 'Totals' }).getByRole('table');
    const counts = await table
      .locator('tbody tr')
      .evaluateAll((rows) => rows.map((row) => (row as HTMLTableRowElement).cells[1]?.innerText));
    expect(Math.max(...counts.map(Number).filter(Number.isFinite))).toBe(4);
  });

  test('of a channel that was not collected starts collecting, shows the messages, and stops', async () => {
    const { page } = await open({ page: '/twitch/quay' });
    await page.getByRole('heading', { name: 'Nothing collected of twitch.tv/quay yet' }).waitFor();
    await page.getByRole('button', { name: 'Collect chat' }).click();
    await page.getByRole('heading', { level: 1, name: 'quay' }).waitFor();
    await expect.poll(() => irc.listeners('quay')).toBe(1);
    irc.say('quay', { text: 'hello from the quay', login: 'ann', userId: '1' });
    const chat = page.getByRole('log', { name: 'Chat' });
    await chat.getByText('hello from the quay').waitFor();
    const bad = irc.say('quay', { text: 'something bad', login: 'bob', userId: '2' });
    await chat.getByText('something bad').waitFor();
    irc.deleteMessage('quay', bad, 'bob');
    irc.say('quay', { text: 'back to boats', login: 'ann', userId: '1' });
    await chat.getByText('back to boats').waitFor();
    await chat.getByText('something bad').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Stop collecting' }).click();
    await page.getByRole('button', { name: 'Collect chat' }).waitFor();
    await expect.poll(() => irc.listeners('quay')).toBe(0);
  });

  test('opens at the last day with messages when the last year has none', async () => {
    const old = Array.from(
      { length: 50 },
      (_, at) => `[2019-04-30 10:${String(at).padStart(2, '0')}:00] #lighthouse ann: evening ${at}`,
    );
    await importLog(old.join('\n'), 'lighthouse.log');
    const posts = async () =>
      (
        await askDashboard<{ channel: { stats: { totals: { posts: number } } } | null }>(
          dashboard,
          '{ channel(login: "lighthouse") { stats { totals { posts } } } }',
        )
      ).channel?.stats.totals.posts;
    await expect.poll(posts).toBe(50);
    const { page } = await open({ page: '/twitch/lighthouse' });
    await complete(page);
    expect(new URL(page.url()).searchParams.get('range')).toBe('2019-04-30..2019-05-01');
    const totals = page.getByRole('group', { name: 'Totals' }).locator('button [title]');
    expect(await totals.first().getAttribute('title')).toBe('50');
    // A chosen year is shown even when it has no messages.
    await page.getByRole('radio', { name: '1 y' }).click();
    await page.getByText('No messages in this range').first().waitFor();
    expect(new URL(page.url()).searchParams.get('range')).toBeNull();
  });

  test('is shared by a link, which shows its chat and figures and changes nothing', async () => {
    const { page: owner } = await open({ page: channel });
    await complete(owner);
    await owner.getByRole('button', { name: 'Share this page' }).click();
    await owner.getByRole('button', { name: 'Create the link' }).click();
    const link = new URL(await owner.getByLabel('The link', { exact: true }).inputValue());
    const { page } = await open({ page: `${link.pathname}${link.search}` });
    await page.getByText('Shared read-only until').waitFor();
    await complete(page);
    const totals = page.getByRole('group', { name: 'Totals' }).locator('button [title]');
    expect(await totals.first().getAttribute('title')).toBe(String(lines.length));
    await page.getByRole('log', { name: 'Chat' }).getByText('good evening 59').waitFor();
    expect(await page.getByRole('list', { name: 'Moments' }).getByRole('listitem').count()).toBe(1);
    expect(await page.getByRole('button', { name: /collect|export|share|import/i }).count()).toBe(0);
    expect(await axeFindingsInThemes(page)).toEqual([]);
    expect(await sidewaysScrolls(page)).toEqual([]);
  });

  test('has cards that are embedded alone, the chat in a narrow frame too', async () => {
    const made = await askDashboard<{ createShare: { url: string } }>(
      dashboard,
      'mutation { createShare(path: "/embed/twitch/harbour?range=7d&card=chat") { url } }',
    );
    const { page } = await open({ page: made.createShare.url, size: 'phone' });
    await page.getByRole('log', { name: 'Chat' }).getByText('good evening 59').waitFor();
    expect(await page.getByRole('group', { name: 'Totals' }).isVisible()).toBe(false);
    expect(await page.getByRole('radio', { name: 'Figures' }).isVisible()).toBe(false);
  });

  test('says when an address cannot be a channel', async () => {
    const { page } = await open({ page: '/twitch/no%20channel' });
    await page.getByRole('heading', { name: 'no channel can be no channel' }).waitFor();
  });

  test('on a desktop nothing jumps, axe finds nothing in either theme, and it fits every width', async () => {
    const { page } = await open({ page: channel });
    await complete(page);
    expect((await readMeasures(page)).layoutShift).toBeLessThan(0.01);
    expect(await axeFindingsInThemes(page)).toEqual([]);
    expect(await sidewaysScrolls(page)).toEqual([]);
  });

  test('on a phone nothing jumps, axe finds nothing, and its chat is in a tab of its own, at its end', async () => {
    const { page } = await open({ page: channel, size: 'phone' });
    await complete(page);
    expect((await readMeasures(page)).layoutShift).toBeLessThan(0.01);
    expect(await axeFindingsInThemes(page)).toEqual([]);
    expect(await page.getByRole('log', { name: 'Chat' }).isVisible()).toBe(false);
    await page.getByRole('radio', { name: 'Chat' }).click();
    await page.getByText('good evening 59').waitFor();
    expect(await page.getByRole('group', { name: 'Totals' }).isVisible()).toBe(false);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('radio', { name: 'Figures' }).click();
    await page.getByRole('group', { name: 'Totals' }).waitFor();
  });
});
