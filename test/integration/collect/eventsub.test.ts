import { expect, test, vi } from 'vitest';
import { verifyStream } from '../../support/verify.ts';
import { must } from '../../../src/shared/errors.ts';
import { waitingTest } from '../../support/afterwards.ts';
import { collect, untilStored } from '../../support/collecting.ts';
import { openFakeTwitchEventSub } from '../../support/fake-twitch-eventsub.ts';
import { idOf } from '../../support/fake-twitch-irc.ts';
import { openFakeTwitchIrc } from '../../support/open-fake-twitch-irc.ts';
import { patienceMs } from '../../support/patience.ts';
import { openStore } from '../../support/store.ts';
import { openJobs, untilJob } from '../../support/worker.ts';

const db = await openStore({ poolSize: 6 });
const { jobs, folder } = await openJobs(db);
const irc = await openFakeTwitchIrc();
const events = await openFakeTwitchEventSub();
events.keepaliveSeconds = 2;
collect(db, folder, irc, { eventSub: events.options() });

const patience = { timeout: patienceMs };
const chatTypes = ['clear', 'clear_user_messages', 'message', 'message_delete', 'notification'].map(
  (type) => `channel.chat.${type}`,
);
const allTypes = [...chatTypes, 'channel.update'];

const streamOf = async (jobId: string): Promise<number> => {
  const [row] = await db.sql<{ id: number }[]>`select stream_id as id from jobs where job_id = ${jobId}`;
  return must(row, 'the test made the job').id;
};

/** A channel that is collected by events: IRC gave its id, and has left it. */
async function heard(login: string): Promise<string> {
  const jobId = await jobs.collectChat(login);
  await untilHeard(login);
  return jobId;
}

async function untilHeard(login: string): Promise<void> {
  // Not `expect.poll`, which needs to know the running test: several run at once.
  await vi.waitFor(() => expect(events.types(login)).toEqual(allTypes), patience);
  await vi.waitFor(() => expect(irc.listeners(login)).toBe(0), patience);
}

test.concurrent('is received over IRC until the events come, and only as events from then on', async ({
  expect,
}) => {
  const jobId = await jobs.collectChat('ada');
  await irc.joined('ada', 1, patienceMs);
  const first = irc.say('ada', { text: 'by IRC' });
  await untilHeard('ada');
  const rest = Array.from({ length: 50 }, (_, n) =>
    events.say('ada', { text: `event ${n}`, by: `fan${n % 7}` }),
  );
  await untilStored(db, [first, ...rest], 'ada');
  await untilJob(
    db,
    jobId,
    ({ provider, message }) => provider === 'TWITCH_EVENTSUB' && message === 'Collecting',
  );
  const streamId = await streamOf(jobId);
  expect(await verifyStream(db.sql, streamId)).toEqual([]);
  const providers =
    await db.sql`select provider, count(*)::int from posts where stream_id = ${streamId} group by 1 order by 2`;
  expect(providers.map(({ provider, count }) => [provider, count])).toEqual([
    ['TWITCH_IRC', 1],
    ['TWITCH_EVENTSUB', 50],
  ]);
});

test.concurrent('each message is stored once, whether it comes twice, late, in fragments, or by IRC as well', async ({
  expect,
}) => {
  const jobId = await heard('twice');
  const at = Date.now();
  const ids: string[] = [];
  for (let n = 0; n < 100; n++) {
    const sent = { messageId: `frame-${n}`, at: at + n, ...(n % 3 === 0 ? { cut: 1 + n } : {}) };
    const id = events.say('twice', { text: `message ${n} 😂` }, sent);
    events.say('twice', { text: `message ${n} 😂`, id }, sent);
    // Another notification of the same message, as after a new subscription.
    if (n % 5 === 0) events.say('twice', { text: `message ${n} 😂`, id }, { at: at + n + 20 });
    ids.push(id);
  }
  await untilStored(db, ids, 'twice');
  ids.push(events.say('twice', { text: 'eleven minutes late' }, { at: at - 11 * 60_000 }));
  await untilStored(db, ids, 'twice');
  expect(await verifyStream(db.sql, await streamOf(jobId))).toEqual([]);
});

waitingTest(
  'a token that expires is renewed, and one that cannot be is told of: IRC hears on',
  async ({ expect }) => {
    const own = await openFakeTwitchEventSub();
    const store = await openStore({ poolSize: 6 });
    const { jobs: ownJobs, folder: ownFolder } = await openJobs(store);
    const options = own.options();
    // The configured token has been replaced meanwhile.
    own.token = 'another';
    collect(store, ownFolder, irc, { eventSub: options });
    await ownJobs.collectChat('renewed');
    await expect.poll(() => own.types('renewed'), patience).toEqual(allTypes);
    await expect.poll(() => irc.listeners('renewed'), patience).toBe(0);
    await untilStored(store, [own.say('renewed', { text: 'hello' })]);

    const lost = await openFakeTwitchEventSub();
    const { user, ...rest } = lost.options();
    lost.token = 'another';
    const last = await openStore({ poolSize: 6 });
    const { jobs: lastJobs, folder: lastFolder } = await openJobs(last);
    collect(last, lastFolder, irc, { eventSub: { ...rest, user: { ...user, refresh: null } } });
    const jobId = await lastJobs.collectChat('expired');
    await untilJob(last, jobId, ({ events: told }) =>
      told.some(({ message }) => message.includes('refused TWITCH_USER_TOKEN')),
    );
    expect(lost.opened).toBe(0);
    await untilStored(last, [irc.say('expired', { text: 'by IRC' })]);
  },
);

test('a session that moves in mid-burst loses no message and stores none twice', async () => {
  await heard('burst');
  const ids: string[] = [];
  const talking = setInterval(() => void ids.push(events.say('burst', { text: `message ${ids.length}` })), 2);
  await expect.poll(() => ids.length, patience).toBeGreaterThan(50);
  const [opened, created] = [events.opened, events.created];
  events.reconnect(2_000);
  await expect.poll(() => events.opened, patience).toBe(opened + 1);
  await expect.poll(() => events.connections, patience).toBe(1);
  const soFar = ids.length;
  await expect.poll(() => ids.length, patience).toBeGreaterThan(soFar + 50);
  clearInterval(talking);
  await untilStored(db, ids, 'burst');
  // The subscriptions moved to the new connection, and IRC was not needed.
  expect(events.created).toBe(created);
  expect(irc.listeners('burst')).toBe(0);
});

test('a silent connection is replaced, IRC receives meanwhile, and the gap is reported', async () => {
  const jobId = await heard('silence');
  events.frozen = true;
  await irc.joined('silence', 1, patienceMs);
  const between = irc.say('silence', { text: 'while the events were lost' });
  events.frozen = false;
  await untilHeard('silence');
  await untilStored(db, [between, events.say('silence', { text: 'again' })], 'silence');
  await untilJob(db, jobId, ({ events: told }) =>
    told.some(({ message }) => message.startsWith('No messages were received from ')),
  );
});

test('a revoked or refused channel is received over IRC, and the job says why', async () => {
  const jobId = await heard('revoked');
  events.revoke('revoked', 'channel.chat.message', 'user_removed');
  await irc.joined('revoked', 1, patienceMs);
  // Its remaining subscriptions were deleted.
  await expect.poll(() => events.types('revoked'), patience).toEqual([]);
  await untilStored(db, [irc.say('revoked', { text: 'by IRC' })], 'revoked');
  await untilJob(db, jobId, ({ events: told }) =>
    told.some(({ message }) => message.includes('revoked channel.chat.message: user_removed')),
  );
  events.refused.set('channel.chat.clear', 403);
  const refused = await jobs.collectChat('refused');
  await irc.joined('refused', 1, patienceMs);
  await untilJob(db, refused, ({ events: told }) =>
    told.some(({ message }) => message.includes('no channel.chat.clear for you')),
  );
  await expect.poll(() => events.types('refused'), patience).toEqual([]);
  await untilStored(db, [irc.say('refused', { text: 'by IRC' })], 'refused');
  events.refused.clear();
});

test('a channel whose changes cost too much is received without them', async () => {
  events.refused.set('channel.update', 429);
  await jobs.collectChat('costly');
  await expect.poll(() => events.types('costly'), patience).toEqual(chatTypes);
  await expect.poll(() => irc.listeners('costly'), patience).toBe(0);
  events.refused.clear();
});

test('deletions take messages away, and what happens stands on the timeline', async () => {
  const login = 'mods';
  events.userId = idOf(login);
  const jobId = await heard(login);
  const [kept, deleted, bad] = ['ada', 'ada', 'troll'].map((by) => events.say(login, { text: 'hi', by }));
  await untilStored(db, [kept, deleted, bad].map(String), login);
  const target = (by: string) => ({ target_user_id: idOf(by), target_user_login: by, target_user_name: by });
  const told = (type: string, event: object) => events.send(login, type, { ...event });
  told('channel.chat.message_delete', { ...target('ada'), message_id: deleted });
  told('channel.chat.clear_user_messages', target('troll'));
  await untilStored(db, [String(kept)], login);
  const by = { chatter_user_id: idOf('fan'), chatter_user_login: 'fan', chatter_user_name: 'Fan' };
  const notice = (type: string, more: object) =>
    told('channel.chat.notification', {
      ...by,
      message_id: crypto.randomUUID(),
      notice_type: type,
      system_message: type,
      message: { text: '', fragments: [] },
      ...more,
    });
  notice('resub', { resub: { cumulative_months: 14 } });
  notice('community_sub_gift', { community_sub_gift: { total: 5 } });
  notice('sub_gift', { sub_gift: { community_gift_id: '9' } });
  notice('raid', { raid: { viewer_count: 320 } });
  told('channel.update', { title: 'Endgames', category_name: 'Chess' });
  const rows = () => db.sql<
    { kind: string; amount: number | null; handle: string | null; text: string | null }[]
  >`
    select e.kind::text, amount, handle, text from channel_events e join jobs j using (stream_id)
    where j.job_id = ${jobId} order by 1, 2`;
  await expect.poll(async () => (await rows()).length, patience).toBe(7);
  expect((await rows()).map(({ kind, amount, handle, text }) => [kind, amount, handle, text])).toEqual([
    ['CATEGORY', null, null, 'Chess: Endgames'],
    ['GIFT', 0, 'fan', 'sub_gift'],
    ['GIFT', 5, 'fan', 'community_sub_gift'],
    ['MESSAGE_DELETED', null, 'ada', null],
    ['RAID', 320, 'fan', 'raid'],
    ['SUBSCRIPTION', 14, 'fan', 'resub'],
    ['TIMEOUT', null, 'troll', null],
  ]);
  told('channel.chat.clear', {});
  await untilStored(db, [], login);
  expect(await verifyStream(db.sql, await streamOf(jobId))).toEqual([]);
});
