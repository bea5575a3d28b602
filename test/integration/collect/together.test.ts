import { pino } from 'pino';
import { expect, test } from 'vitest';
import { openCollection } from '../../../src/collect/open.ts';
import { createChatWriter } from '../../../src/collect/write.ts';
import { foldChatters } from '../../../src/ingest/folding/chatters.ts';
import { foldMonths } from '../../../src/ingest/folding/months.ts';
import { verifyStream } from '../../support/verify.ts';
import { noObserver } from '../../../src/jobs/observer.ts';
import { readChat } from '../../../src/providers/twitch/read-chat.ts';
import { ingest } from '../../../src/streams/ingest.ts';
import { openStore } from '../../support/store.ts';
import { onOneNode } from '../../support/on-one-node.ts';

const db = await openStore();
const start = Date.UTC(2026, 0, 1);
const writer = createChatWriter({
  sql: db.sql,
  observer: noObserver,
  retainDeleted: false,
  log: pino({ level: 'silent' }),
  closing: new AbortController().signal,
});

let channels = 0;
/** A channel that is collected. */
async function collected(): Promise<number> {
  const jobId = await openCollection(db.sql, `together${channels++}`, start);
  const [job] = await db.sql<{ streamId: number }[]>`
    select stream_id as "streamId" from jobs where job_id = ${jobId}`;
  await db.sql`update jobs set state = 'RUNNING', started_at = now() where job_id = ${jobId}`;
  return job?.streamId ?? 0;
}

const idOf = (number: number) => `885196de-cb67-427a-baa8-82f9${String(number).padStart(8, '0')}`;
const said = (number: number, text: string, who = 'ann', more = '') =>
  `@${more}id=${idOf(number)};user-id=${who.length};room-id=5;tmi-sent-ts=${start + number * 700} :${who}!${who}@x PRIVMSG #chan :${text}`;
const deleted = (number: number, at: number) =>
  `@target-msg-id=${idOf(number)};tmi-sent-ts=${start + at * 700} :tmi.twitch.tv CLEARMSG #chan :x`;

const entry = (streamId: number, line: string) => ({
  streamId,
  provider: 'TWITCH_IRC' as const,
  at: start + 500,
  line,
});
type Lines = ReadonlyMap<number, readonly string[]>;
const together = (lines: Lines) =>
  writer.write([...lines].flatMap(([streamId, of]) => of.map((line) => entry(streamId, line))));
async function apart(lines: Lines) {
  for (const [streamId, of] of lines) await writer.write(of.map((line) => entry(streamId, line)));
}

/** Everything that the store has of a stream, except its id and when it was written. */
async function stateOf(streamId: number) {
  const rows = async (statement: string) => JSON.stringify(await db.sql.unsafe(statement, [streamId]));
  const all = (table: string, order: string, without: readonly string[] = []) =>
    rows(
      `select to_jsonb(t) - '{${['stream_id', ...without].join()}}'::text[] as row from ${table} t where stream_id = $1 order by ${order}`,
    );
  return {
    posts: await all('posts', 'post_id', ['collected_at']),
    terms: await all('post_terms', 'term, post_id'),
    authors: await all('authors', 'author_id'),
    names: await all('author_names', 'author_id, handle'),
    activity: await all('activity', 'bucket'),
    minutes: await all('activity_minutes', 'bucket'),
    observed: await all('observed_activity', 'bucket'),
    totals: await all('tally_totals', 'dimension, value'),
    months:
      await rows(`select dimension, month, u.value, sum(u.posts)::int as posts, sum(u.engaged)::int as engaged
      from tally_months m, unnest(m."values", m.posts, m.engaged) as u (value, posts, engaged)
      where stream_id = $1 group by 1, 2, 3 order by 1, 2, 3`),
    raw: await all('raw_payloads', 'batch_id', ['batch_id', 'collected_at']),
    events: await all('channel_events', 'event_id'),
    providers: await all('stream_providers', 'provider', ['collected_at']),
    stream: await rows(
      `select version, arrived, arrivals, unfolded, earliest_post_at, latest_post_at from streams where stream_id = $1`,
    ),
    job: await rows(
      'select fetched, inserted, updated, gone, pages, rejected from jobs where stream_id = $1',
    ),
  };
}

const transactions = async (streamIds: readonly number[]) =>
  (
    await db.sql`select count(distinct xmin::text)::int as count from posts where stream_id = any(${streamIds as number[]})`
  )[0]?.count;

/** Messages of some channels, in rounds; each round is written at once. */
const turns: readonly (readonly (readonly string[])[])[] = [
  [
    [said(1, 'hello @bob #tag'), said(2, 'Kappa so good', 'bob', 'emotes=25:0-4;')],
    [said(1, 'what a game?'), said(2, '!commands'), said(3, 'what a game?', 'zoe', 'first-msg=1;')],
    [said(1, 'https://example.org/x'), said(4, 'PogChamp')],
    [said(1, 'wow')],
  ],
  [
    // Delivered again, beside a new one.
    [said(2, 'Kappa so good', 'bob', 'emotes=25:0-4;'), said(5, 'new')],
    // Two messages: one is deleted before it arrives, the other is stored when the event names it.
    [deleted(6, 6), deleted(1, 5)],
    [said(5, 'cheer100', 'bob', 'bits=100;')],
    // The same one twice.
    [said(5, 'twice'), said(5, 'twice')],
  ],
  [
    [said(8, 'plain')],
    [said(6, 'deleted before'), said(7, 'stays')],
    [said(8, 'renamed', 'bobby', ''), said(9, 'me too', 'zoe')],
    [said(8, 'plain #two #tags')],
  ],
];

onOneNode('messages of several channels that share a transaction are stored as each by itself', async () => {
  const [shared, alone]: number[][] = [[], []];
  for (const _ of turns[0] ?? []) {
    shared?.push(await collected());
    alone?.push(await collected());
  }
  for (const [turn, lines] of turns.entries()) {
    const of = (streamIds: readonly number[]) =>
      new Map(streamIds.map((id, index) => [id, lines[index] ?? []]));
    await together(of(shared ?? []));
    if (turn === 0) expect(await transactions(shared ?? [])).toBe(1);
    await apart(of(alone ?? []));
    for (const streamId of [...(shared ?? []), ...(alone ?? [])]) {
      expect(await verifyStream(db.sql, streamId)).toEqual([]);
      await foldMonths(db.sql, streamId);
      while (await foldChatters(db.sql, streamId));
    }
  }
  expect(await transactions(alone ?? [])).toBeGreaterThan(turns.length);
  for (const [index, streamId] of (shared ?? []).entries()) {
    expect(await stateOf(streamId)).toEqual(await stateOf(alone?.[index] ?? 0));
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  }
});

test('a message that a log has with another instant is not stored twice', async () => {
  const [logged = 0, other = 0] = [await collected(), await collected()];
  const line = said(1, 'hello').replace(/(?<=tmi-sent-ts=)\d+/, String(start + 1_900));
  const posts = [readChat(line, { at: start, observedAt: start })?.post ?? []].flat();
  await ingest(db.sql, {
    streamId: logged,
    platform: 'TWITCH',
    provider: 'TWITCH_LOG',
    pages: [{ account: null, posts, rejected: [], cursor: '', total: null }],
    read: (post) => post,
    now: () => start,
  });
  await together(new Map([logged, other].map((id) => [id, [said(1, 'hello'), said(2, 'bye')]])));
  for (const streamId of [logged, other]) {
    expect(await db.sql`select from posts where stream_id = ${streamId}`).toHaveLength(2);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  }
});

onOneNode('a channel that somebody else writes keeps no other from being written', async () => {
  const [busy = 0, ...others] = [await collected(), await collected(), await collected()];
  const lines = new Map([busy, ...others].map((id) => [id, [said(1, 'hello'), said(2, 'bye')]]));
  let written: Promise<void> = Promise.resolve();
  await db.sql.begin(async (tx) => {
    await tx`select from streams where stream_id = ${busy} for update`;
    written = together(lines);
    await expect
      .poll(
        async () =>
          (await db.sql`select count(*)::int as n from posts where stream_id = any(${others})`)[0]?.n,
      )
      .toBe(4);
    expect(await db.sql`select from posts where stream_id = ${busy}`).toHaveLength(0);
  });
  await written;
  expect(await db.sql`select from posts where stream_id = ${busy}`).toHaveLength(2);
});

test('nothing is written of a channel that is not collected any more, nor of a chatter who opted out', async () => {
  const [left = 0, ...others] = [await collected(), await collected(), await collected()];
  await db.sql`update jobs set state = 'CANCELLED', open_key = null where stream_id = ${left}`;
  await db.sql`insert into opt_outs (kind, login) values ('CHATTER', 'silent')`;
  const lines = [said(1, 'hello'), said(2, 'not me', 'silent')];
  await together(
    new Map([left, ...others].map((id, index) => [id, index === 2 ? lines : lines.slice(0, 1)])),
  );
  const rows = await db.sql<{ id: number }[]>`
    select stream_id as id from posts where stream_id = any(${[left, ...others]})`;
  expect(rows.map(({ id }) => id).sort()).toEqual(others.toSorted());
});

onOneNode('what cannot be written together is written by itself', async () => {
  const [first = 0, second = 0] = [await collected(), await collected()];
  await db.sql.unsafe(`create function refuse() returns trigger language plpgsql as $$ begin
    if (select count(distinct stream_id) from added) > 1 then raise 'not together'; end if; return null; end $$`);
  await db.sql.unsafe(`create trigger refuse after insert on posts referencing new table as added
    for each statement execute function refuse()`);
  await together(new Map([first, second].map((id) => [id, [said(1, 'hello')]])));
  await db.sql.unsafe('drop trigger refuse on posts');
  expect(await transactions([first, second])).toBe(2);
  expect(await verifyStream(db.sql, first)).toEqual([]);
});
