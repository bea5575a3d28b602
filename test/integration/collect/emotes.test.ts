import { expect, test } from 'vitest';
import { verifyStream } from '../../support/verify.ts';
import { openEmoteServices } from '../../../src/providers/emote-services/open.ts';
import { rawParser } from '../../../src/providers/raw-parsers.ts';
import { must } from '../../../src/shared/errors.ts';
import { deleteStreamRows } from '../../../src/streams/delete.ts';
import { rebuildStream } from '../../../src/streams/rebuild.ts';
import { ask, openApp } from '../../support/app.ts';
import { collect, untilStored } from '../../support/collecting.ts';
import {
  bttvEmote,
  ffzEmote,
  openFakeEmoteServices,
  sevenTvEmote,
} from '../../support/fake-emote-services.ts';
import { idOf } from '../../support/fake-twitch-irc.ts';
import { openFakeTwitchIrc } from '../../support/open-fake-twitch-irc.ts';
import { patienceMs } from '../../support/patience.ts';
import { openStore } from '../../support/store.ts';
import { openJobs } from '../../support/worker.ts';

const db = await openStore({ poolSize: 6 });
const { jobs, folder } = await openJobs(db);
const chat = await openFakeTwitchIrc();
const fake = await openFakeEmoteServices();
const patience = { timeout: patienceMs };

const id = idOf('ada');
fake.answers.set('/bttv/cached/emotes/global', [bttvEmote('g1', 'everyOne'), bttvEmote('g2', 'catJAM')]);
fake.answers.set(`/bttv/cached/users/twitch/${id}`, {
  channelEmotes: [bttvEmote('c1', 'catJAM')],
  sharedEmotes: [],
});
fake.answers.set(`/ffz/room/id/${id}`, { room: {}, sets: { 7: { emoticons: [ffzEmote(9, 'adaHi')] } } });
fake.answers.set('/7tv/emote-sets/global', { id: 'G', emotes: [sevenTvEmote('s1', 'RainTime')] });
fake.answers.set(`/7tv/users/twitch/${id}`, 500);

const services = openEmoteServices({ urls: fake.urls, timeoutMs: 5_000 });
collect(db, folder, chat, { emotes: services, watchEveryMs: 100 });

const sets = async () =>
  (
    await db.sql`select stream_id <> 0 as own, service::text, json_array_length(emotes) as count from emote_sets order by 1, 2`
  ).map(({ own, service, count }) => [own, service, count]);

test("emotes of other services are known by their names, the channel's before everybody's", async () => {
  const jobId = await jobs.collectChat('ada');
  await chat.joined('ada', 1, patienceMs);
  await expect.poll(sets, patience).toEqual([
    [false, 'BTTV', 2],
    [false, 'FFZ', 0],
    [false, 'SEVENTV', 1],
    [true, 'BTTV', 1],
    [true, 'FFZ', 1],
  ]);
  const said = chat.say('ada', { text: 'everyOne adaHi, adaHi catJAM raintime RainTime' });
  await untilStored(db, [said], 'ada');
  const { data } = await ask(
    openApp(db),
    `{ channel(login: "ada") {
      posts(first: 1) { nodes { emotes { name imageUrl } } }
      stats { topTerms(kind: EMOTE, first: 10) { term count } }
    } }`,
  );
  expect(data.channel.posts.nodes[0].emotes).toEqual([
    { name: 'everyOne', imageUrl: 'https://cdn.betterttv.net/emote/g1/2x' },
    { name: 'adaHi', imageUrl: 'https://cdn.frankerfacez.com/emote/9/2' },
    { name: 'catJAM', imageUrl: 'https://cdn.betterttv.net/emote/c1/2x' },
    { name: 'RainTime', imageUrl: 'https://cdn.7tv.app/emote/s1/2x.webp' },
  ]);
  expect(data.channel.stats.topTerms.map(({ term }: { term: string }) => term).sort()).toEqual([
    'RainTime',
    'adaHi',
    'catJAM',
    'everyOne',
  ]);
  // Deriving everything again from the stored payloads gives the same.
  const [row] = await db.sql<{ id: number }[]>`select stream_id as id from jobs where job_id = ${jobId}`;
  const streamId = must(row, 'the test made the job').id;
  expect((await rebuildStream(db.sql, streamId, rawParser)).changed).toBe(0);
  expect(await verifyStream(db.sql, streamId)).toEqual([]);
});

test('a set is requested again when it is a day old, and stays when the service fails', async () => {
  fake.asked.length = 0;
  await db.sql`update emote_sets set fetched_at = now() - interval '25 hours' where service <> 'FFZ'`;
  fake.answers.set('/bttv/cached/emotes/global', 500);
  fake.answers.set('/7tv/emote-sets/global', { id: 'G', emotes: [] });
  await expect.poll(sets, patience).toEqual(expect.arrayContaining([[false, 'SEVENTV', 0]]));
  await expect.poll(() => fake.asked, patience).toContain(`/bttv/cached/users/twitch/${id}`);
  expect(await sets()).toEqual(expect.arrayContaining([[false, 'BTTV', 2]]));
  // Sets that are fresh, or failed within the hour, were not requested.
  expect(fake.asked.filter((path) => path.startsWith('/ffz') || path === `/7tv/users/twitch/${id}`)).toEqual(
    [],
  );
  expect(fake.asked.filter((path) => path === '/bttv/cached/emotes/global')).toHaveLength(1);
});

test("a channel's sets are deleted with it", async () => {
  const [row] = await db.sql<
    { id: number }[]
  >`select stream_id as id from emote_sets where stream_id <> 0 limit 1`;
  await db.sql`update jobs set state = 'CANCELLED' where state in ('QUEUED', 'RUNNING')`;
  await deleteStreamRows(db.sql, must(row, 'it has sets').id);
  expect((await sets()).filter(([own]) => own)).toEqual([]);
});
