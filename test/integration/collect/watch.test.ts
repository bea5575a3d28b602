import { expect, test } from 'vitest';
import { openHelix } from '../../../src/providers/twitch-helix/channels.ts';
import { findProfile } from '../../../src/streams/profile.ts';
import { must } from '../../../src/shared/errors.ts';
import { collect, untilStored } from '../../support/collecting.ts';
import { idOf } from '../../support/fake-twitch-irc.ts';
import { openFakeTwitchHelix } from '../../support/fake-twitch-helix.ts';
import { openFakeTwitchIrc } from '../../support/open-fake-twitch-irc.ts';
import { patienceMs } from '../../support/patience.ts';
import { ask, openApp } from '../../support/app.ts';
import { openStore } from '../../support/store.ts';
import { openJobs } from '../../support/worker.ts';

const db = await openStore({ poolSize: 6 });
const { jobs, folder } = await openJobs(db);
const chat = await openFakeTwitchIrc();
const api = await openFakeTwitchHelix();
const helix = openHelix({
  clientId: 'client',
  clientSecret: 'secret',
  helixUrl: `${api.url}/helix`,
  authUrl: `${api.url}/oauth2`,
  timeoutMs: 5_000,
  now: Date.now,
});
collect(db, folder, chat, { helix, watchEveryMs: 200 });

const streamOf = async (jobId: string): Promise<number> => {
  const [row] = await db.sql<{ id: number }[]>`select stream_id as id from jobs where job_id = ${jobId}`;
  return must(row, 'the test made the job').id;
};

const patience = { timeout: patienceMs };

test("a channel's profile, followers and broadcast are kept as Twitch sends them", async () => {
  const startedAt = '2026-11-21T10:00:00.000Z';
  const broadcast = { id: '9', title: 'Hello', category: 'Chess', startedAt, viewers: 100 };
  const channel = api.add({
    id: idOf('ada'),
    login: 'ada',
    displayName: 'Ada',
    followers: 42,
    live: broadcast,
  });
  const streamId = await streamOf(await jobs.collectChat('ada'));
  await expect
    .poll(() => findProfile(db.sql, streamId), patience)
    .toMatchObject({
      platformId: idOf('ada'),
      displayName: 'Ada',
      followers: 42,
      description: 'The channel of Ada.',
    });
  const seen = async () => {
    const [row] = await db.sql`
      select title, category, viewers::int, peak_viewers::int as peak, started_at as "startedAt", ended_at is null as live
      from broadcasts where stream_id = ${streamId}`;
    return row;
  };
  const told = {
    title: 'Hello',
    category: 'Chess',
    viewers: 100,
    peak: 100,
    startedAt: new Date(startedAt),
    live: true,
  };
  await expect.poll(seen, patience).toEqual(told);
  channel.live = { ...broadcast, title: 'Later', viewers: 60 };
  await expect.poll(seen, patience).toEqual({ ...told, title: 'Later', viewers: 60 });
  channel.live = null;
  await expect.poll(seen, patience).toMatchObject({ live: false, peak: 100 });
  const readings = await db.sql`
    select distinct viewers::int from viewer_readings where stream_id = ${streamId} order by 1`;
  expect(readings.map(({ viewers }) => viewers)).toEqual([60, 100]);
});

test('a channel that was renamed is followed by its id', async () => {
  const channel = api.add({ id: idOf('before'), login: 'before' });
  const jobId = await jobs.collectChat('before');
  await chat.joined('before', 1, patienceMs);
  const first = chat.say('before', { text: 'old name' });
  await untilStored(db, [first], 'before');
  channel.login = 'after';
  await chat.joined('after', 1, patienceMs);
  await expect.poll(() => chat.listeners('before'), patience).toBe(0);
  const second = chat.say('after', { text: 'new name' });
  await untilStored(db, [first, second], 'after');
  const [row] = await db.sql`select title from streams where stream_id = ${await streamOf(jobId)}`;
  expect(row?.title).toBe('after');
});

test('an API that fails keeps nobody from collecting', async () => {
  api.failures.push(...Array.from({ length: 30 }, () => 500));
  await jobs.collectChat('bob');
  await chat.joined('bob', 1, patienceMs);
  await untilStored(db, [chat.say('bob', { text: 'hi' })], 'bob');
  api.failures.length = 0;
});

test('the API shows what is on air, and whether chat is collected', async () => {
  const startedAt = '2026-11-21T10:00:00.000Z';
  const broadcast = { id: '9', title: 'Hello', category: 'Chess', startedAt, viewers: 100 };
  const channel = api.add({
    id: idOf('eve'),
    login: 'eve',
    displayName: 'Eve',
    followers: 7,
    live: broadcast,
  });
  const app = openApp(db, { jobs });
  const jobId = (await ask(app, 'mutation { collectChat(login: "Eve") { id kind } }')).data?.collectChat.id;
  const asked = `{ channel(login: "eve") { displayName followers collecting live { title category startedAt viewers }
    broadcasts { title endedAt peakViewers } } }`;
  const shown = async () => (await ask(app, asked)).data?.channel;
  const told = { title: 'Hello', category: 'Chess', startedAt, viewers: 100 };
  const past = { title: 'Hello', endedAt: null, peakViewers: 100 };
  await expect
    .poll(shown, patience)
    .toEqual({ displayName: 'Eve', followers: 7, collecting: true, live: told, broadcasts: [past] });
  channel.live = null;
  await expect.poll(async () => (await shown())?.live, patience).toBeNull();
  await ask(app, `mutation { cancelJob(id: "${jobId}") { state } }`);
  expect(await shown()).toMatchObject({ collecting: false, broadcasts: [{ title: 'Hello' }] });
});
