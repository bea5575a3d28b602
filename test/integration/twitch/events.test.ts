import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findOrCreateAccount } from '../../../src/streams/create.ts';
import { optOutChatter } from '../../../src/streams/opt-out.ts';
import { ask, openApp } from '../../support/app.ts';
import { lineOf, messageIdOf, takeLines } from '../../support/chat-lines.ts';
import { anAccount } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

let statements = 0;
const db = await openStore({ onStatement: () => statements++ });
const app = openApp(db);
const start = Date.UTC(2026, 0, 1, 20);
const at = (seconds: number) => start + 1_000 * seconds;
const iso = (seconds: number) => new Date(at(seconds)).toISOString();

const notice = (seconds: number, kind: string, tags: string, by = 'bob') =>
  `@id=${crypto.randomUUID()};msg-id=${kind};${tags};user-id=2;login=${by};display-name=${by.toUpperCase()};tmi-sent-ts=${at(seconds)} :tmi.twitch.tv USERNOTICE #chan`;
const deleted = (seconds: number, number: number) =>
  `@target-msg-id=${messageIdOf(number)};login=ann;tmi-sent-ts=${at(seconds)} :tmi.twitch.tv CLEARMSG #chan :x`;
const silenced = (seconds: number, login: string) =>
  `@ban-duration=600;target-user-id=9;tmi-sent-ts=${at(seconds)} :tmi.twitch.tv CLEARCHAT #chan :${login}`;

async function aChannel(login: string, lines: readonly string[]) {
  const streamId = await findOrCreateAccount(db.sql, anAccount({ platform: 'TWITCH', handle: login }));
  await takeLines(db, streamId, lines);
  return streamId;
}

const said = (number: number, seconds: number) =>
  lineOf({ number, login: 'ann', userId: '1', at: at(seconds), text: 'hi' });
const evening = [
  said(1, 0),
  said(2, 1),
  notice(10, 'raid', 'msg-param-viewerCount=320', 'raider'),
  notice(20, 'submysterygift', 'msg-param-mass-gift-count=5'),
  notice(21, 'subgift', 'msg-param-mass-gift-count=0'),
  deleted(30, 1),
  deleted(31, 2),
  silenced(40, 'troll'),
];
await aChannel('evening', evening);

const eventsOf = (
  login: string,
  args: string,
  fields = 'totalCount nodes { at kind handle displayName amount text }',
) => ask(app, `{ channel(login: "${login}") { events${args} { ${fields} } } }`);

test('the timeline has the events, newest first', async () => {
  const { data } = await eventsOf('evening', '');
  const { totalCount, nodes } = data.channel.events;
  expect(totalCount).toBe(6);
  const short = nodes.map((node: Record<string, unknown>) => [node.at, node.kind, node.handle, node.amount]);
  expect(short).toEqual([
    [iso(40), 'TIMEOUT', 'troll', 600],
    [iso(31), 'MESSAGE_DELETED', 'ann', null],
    [iso(30), 'MESSAGE_DELETED', 'ann', null],
    [iso(21), 'GIFT', 'bob', 0],
    [iso(20), 'GIFT', 'bob', 5],
    [iso(10), 'RAID', 'raider', 320],
  ]);
  expect(nodes[3].displayName).toBe('BOB');
});

test('the number of deletions stays when the messages are deleted', async () => {
  const query =
    '{ channel(login: "evening") { stats { totals { posts } } eventCounts { kind count amount } } }';
  expect((await ask(app, query)).data.channel).toEqual({
    stats: { totals: { posts: 0 } },
    eventCounts: [
      { kind: 'MESSAGE_DELETED', count: 2, amount: null },
      { kind: 'GIFT', count: 2, amount: 5 },
      { kind: 'TIMEOUT', count: 1, amount: 600 },
      { kind: 'RAID', count: 1, amount: 320 },
    ],
  });
});

test('only events of the requested kinds and range are returned', async () => {
  const few = await eventsOf('evening', '(kinds: [RAID, TIMEOUT])', 'totalCount nodes { kind }');
  expect(few.data.channel.events).toEqual({ totalCount: 2, nodes: [{ kind: 'TIMEOUT' }, { kind: 'RAID' }] });
  // from inclusive, to exclusive
  const between = await eventsOf(
    'evening',
    `(range: { from: "${iso(20)}", to: "${iso(31)}" })`,
    'nodes { at }',
  );
  expect(between.data.channel.events.nodes.map((node: { at: string }) => node.at)).toEqual([
    iso(30),
    iso(21),
    iso(20),
  ]);
  const none = await eventsOf('evening', '(kinds: [])', 'totalCount nodes { at }');
  expect(none.data.channel.events).toEqual({ totalCount: 0, nodes: [] });
});

test.each([1, 2, 4, 5])('pages of %i show every event once, in both directions', async (size) => {
  const whole = (await eventsOf('evening', '(first: 200)', 'nodes { at kind }')).data.channel.events.nodes;
  const info = 'nodes { at kind } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
  const there: unknown[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const { data } = await eventsOf('evening', `(first: ${size}, after: ${JSON.stringify(after)})`, info);
    there.push(...data.channel.events.nodes);
    ({ endCursor: after, hasNextPage: more } = data.channel.events.pageInfo);
  }
  expect(there).toEqual(whole);
  const back: unknown[] = [];
  for (let before: string | null = null, more = true; more; ) {
    const { data } = await eventsOf('evening', `(last: ${size}, before: ${JSON.stringify(before)})`, info);
    back.unshift(...data.channel.events.nodes);
    ({ startCursor: before, hasPreviousPage: more } = data.channel.events.pageInfo);
  }
  expect(back).toEqual(whole);
});

test.each([
  '(after: "x")',
  '(first: 0)',
  '(first: 201)',
  '(first: 1, last: 1)',
  '(before: "WyJQT1NUUyIsMV0")',
])('a page %s is refused', async (args) => {
  const { errors } = await eventsOf('evening', args, 'totalCount');
  expect(errors?.[0]?.extensions?.code).toBe('BAD_INPUT');
});

test('many channels take as many statements as one', async () => {
  for (let n = 0; n < 5; n++) await aChannel(`quiet${n}`, [notice(n, 'raid', `msg-param-viewerCount=${n}`)]);
  const counting = async (first: number) => {
    statements = 0;
    const { data, errors } = await ask(
      app,
      `{ streams(first: ${first}) { nodes { ... on Channel { login events { totalCount nodes { amount } } eventCounts { kind } } } } }`,
    );
    expect(errors).toBeUndefined();
    expect(data.streams.nodes).toHaveLength(first);
    return statements;
  };
  expect(await counting(5)).toBe(await counting(1));
});

const cheered = (number: number, seconds: number, bits: number, login = 'ann') =>
  lineOf({ number, login, userId: login, at: at(seconds), text: `Cheer${bits} go` }).replace(
    '@id=',
    `@bits=${bits};id=`,
  );

test('cheers are on the timeline between the events, and are removed with their messages', async () => {
  const lines = [
    said(11, 0),
    cheered(12, 1, 100),
    notice(2, 'raid', 'msg-param-viewerCount=3', 'raider'),
    cheered(13, 3, 1, 'zoe'),
    cheered(14, 4, 50),
  ];
  const streamId = await aChannel('cheering', lines);
  const fields = 'totalCount nodes { at kind handle amount text }';
  const bits = (seconds: number, handle: string, amount: number) => ({
    at: iso(seconds),
    kind: 'BITS',
    handle,
    amount,
    text: `Cheer${amount} go`,
  });
  const shown = async (args: string) => (await eventsOf('cheering', args, fields)).data.channel.events;
  const { totalCount, nodes } = await shown('');
  expect(totalCount).toBe(4);
  expect([nodes[0], nodes[1], nodes[3]]).toEqual([
    bits(4, 'ann', 50),
    bits(3, 'zoe', 1),
    bits(1, 'ann', 100),
  ]);
  expect(nodes[2]).toMatchObject({ kind: 'RAID', amount: 3 });
  expect(await shown('(kinds: [BITS], first: 1)')).toEqual({ totalCount: 3, nodes: [bits(4, 'ann', 50)] });
  expect((await shown('(kinds: [RAID])')).totalCount).toBe(1);
  const range = `range: { from: "${iso(1)}", to: "${iso(4)}" }`;
  expect((await shown(`(${range})`)).nodes.map(({ kind }: { kind: string }) => kind)).toEqual([
    'BITS',
    'RAID',
    'BITS',
  ]);
  const counts = async () =>
    (await ask(app, '{ channel(login: "cheering") { eventCounts { kind count amount } } }')).data.channel
      .eventCounts;
  expect(await counts()).toEqual([
    { kind: 'BITS', count: 3, amount: 151 },
    { kind: 'RAID', count: 1, amount: 3 },
  ]);
  // Page by page, through both.
  const pages: unknown[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const info = 'nodes { at kind } pageInfo { hasNextPage endCursor }';
    const { data } = await eventsOf('cheering', `(first: 1, after: ${JSON.stringify(after)})`, info);
    pages.push(...data.channel.events.nodes.map((node: { kind: string }) => node.kind));
    ({ endCursor: after, hasNextPage: more } = data.channel.events.pageInfo);
  }
  expect(pages).toEqual(['BITS', 'BITS', 'RAID', 'BITS']);
  await takeLines(db, streamId, [deleted(5, 14)]);
  expect((await shown('(kinds: [BITS])')).nodes).toEqual([bits(3, 'zoe', 1), bits(1, 'ann', 100)]);
  await optOutChatter(db.sql, 'zoe');
  expect((await shown('(kinds: [BITS])')).nodes).toEqual([bits(1, 'ann', 100)]);
});

test('a chatter who opted out is not named in it', async () => {
  await aChannel('private', [notice(1, 'raid', 'msg-param-viewerCount=7', 'shy')]);
  await optOutChatter(db.sql, 'shy');
  const { data } = await eventsOf('private', '', 'nodes { kind handle displayName amount text }');
  expect(data.channel.events.nodes).toEqual([
    { kind: 'RAID', handle: null, displayName: null, amount: 7, text: null },
  ]);
});

test('the named operation answers', async () => {
  const text = readFileSync(
    new URL('../../../schema/operations/channel-events.graphql', import.meta.url),
    'utf8',
  );
  const { data, errors } = await ask(app, text, { login: 'evening', kinds: ['GIFT'], first: 1 });
  expect(errors).toBeUndefined();
  expect(data.channel.events).toMatchObject({
    totalCount: 2,
    nodes: [{ amount: 0 }],
    pageInfo: { hasNextPage: true },
  });
});
