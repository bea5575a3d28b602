import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { verifyStream } from '../../support/verify.ts';
import { must } from '../../../src/shared/errors.ts';
import { collect, storedIds, untilStored } from '../../support/collecting.ts';
import { idOf } from '../../support/fake-twitch-irc.ts';
import { openFakeTwitchIrc } from '../../support/open-fake-twitch-irc.ts';
import { patienceMs } from '../../support/patience.ts';
import { openStore } from '../../support/store.ts';
import { openJobs, untilJob } from '../../support/worker.ts';

const db = await openStore({ poolSize: 6 });
const { jobs, folder } = await openJobs(db);
const fake = await openFakeTwitchIrc();

const streamOf = async (jobId: string): Promise<number> => {
  const [row] = await db.sql<{ id: number }[]>`select stream_id as id from jobs where job_id = ${jobId}`;
  return must(row, 'the test made the job').id;
};

/** A channel of the test that is being collected. */
async function collected(login: string): Promise<string> {
  const jobId = await jobs.collectChat(login);
  await fake.joined(login, 1, patienceMs);
  return jobId;
}

collect(db, folder, fake);

describe('a chat that is collected', () => {
  // Each in its own channel.
  test.concurrent('is stored message by message, and its stream learns its id', async ({ expect }) => {
    const jobId = await collected('ada');
    const ids = Array.from({ length: 50 }, (_, n) =>
      fake.say('ada', { text: `hello ${n}`, login: `viewer${n % 7}` }),
    );
    await untilStored(db, ids, 'ada');
    const job = await untilJob(db, jobId, ({ inserted }) => inserted === 50);
    expect(job).toMatchObject({
      kind: 'COLLECT',
      state: 'RUNNING',
      provider: 'TWITCH_IRC',
      subject: 'the chat of ada',
      message: 'Collecting',
    });
    const streamId = await streamOf(jobId);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
    const [stream] =
      await db.sql`select kind, platform, identity, title from streams where stream_id = ${streamId}`;
    expect(stream).toEqual({
      kind: 'CHANNEL',
      platform: 'TWITCH',
      identity: `id:${idOf('ada')}`,
      title: 'ada',
    });
  });

  test.concurrent('is one job, however often and however it is asked for', async ({ expect }) => {
    const asked = await Promise.all(
      ['once', 'ONCE', ' #once', '@Once', 'https://www.twitch.tv/once'].map((login) =>
        jobs.collectChat(login),
      ),
    );
    expect(new Set(asked).size).toBe(1);
    await fake.joined('once');
    await expect(jobs.collectChat('no login')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(jobs.collectChat('a'.repeat(26))).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test.concurrent('has each message once, whether it comes twice, late, or out of order', async ({
    expect,
  }) => {
    const jobId = await collected('twice');
    const at = Date.now();
    const lines = Array.from({ length: 200 }, (_, n) => {
      const id = crypto.randomUUID();
      return { id, line: fake.line('twice', { id, text: `message ${n}`, at: at + n }) };
    });
    for (const { line } of lines.slice(0, 150)) fake.send('twice', [line, line]);
    await untilStored(
      db,
      lines.slice(0, 150).map(({ id }) => id),
      'twice',
    );
    // The rest arrives after later messages, with some of the first again.
    for (const { line } of [...lines.slice(150).reverse(), ...lines.slice(0, 50)]) fake.send('twice', [line]);
    await untilStored(
      db,
      lines.map(({ id }) => id),
      'twice',
    );
    expect(await verifyStream(db.sql, await streamOf(jobId))).toEqual([]);
  });

  test.concurrent('loses what is deleted on Twitch, in whatever order it comes, and counts on', async ({
    expect,
  }) => {
    const jobId = await collected('mods');
    const [kept, deleted] = [fake.say('mods', { text: 'stays' }), fake.say('mods', { text: 'goes' })];
    await untilStored(db, [kept, deleted], 'mods');
    fake.deleteMessage('mods', deleted);
    await untilStored(db, [kept], 'mods');
    // In one batch, and before the message that it deletes.
    const [early, at] = [crypto.randomUUID(), Date.now()];
    fake.deleteMessage('mods', early);
    fake.say('mods', { id: early, text: 'late', at });
    const [bad, good] = ['troll', 'fan'].map((login) => fake.say('mods', { login, text: 'hi' }));
    await untilStored(db, [kept, bad ?? '', good ?? ''], 'mods');
    fake.timeout('mods', 'troll', 600);
    await untilStored(db, [kept, good ?? ''], 'mods');
    const job = await untilJob(db, jobId, ({ gone }) => gone === 2);
    expect(job.state).toBe('RUNNING');
    const events = await db.sql`
      select kind from channel_events where stream_id = ${await streamOf(jobId)} order by at, kind`;
    expect(events.map(({ kind }) => kind).sort()).toEqual(['MESSAGE_DELETED', 'MESSAGE_DELETED', 'TIMEOUT']);
    expect(await verifyStream(db.sql, await streamOf(jobId))).toEqual([]);
  });

  test.concurrent('is left when the job is cancelled: nothing more is stored', async ({ expect }) => {
    const jobId = await collected('stop');
    const id = fake.say('stop', { text: 'before' });
    await untilStored(db, [id], 'stop');
    await jobs.cancel(jobId);
    fake.say('stop', { text: 'after' });
    await expect.poll(() => fake.listeners('stop'), { timeout: patienceMs }).toBe(0);
    // The messages received in between have been read from the journal by then.
    await sleep(1_000);
    expect(await storedIds(db, 'stop')).toEqual([id]);
    await jobs.retry(jobId);
    await fake.joined('stop', 1, patienceMs);
    await untilStored(db, [id, fake.say('stop', { text: 'again' })], 'stop');
  });

  test.concurrent('says when there is no such channel, or one that is suspended', async ({ expect }) => {
    fake.silent.add('nobody');
    fake.suspended.add('banned');
    const [nobody, banned] = [await jobs.collectChat('nobody'), await jobs.collectChat('banned')];
    const job = await untilJob(db, nobody, ({ message }) => message.includes('no such channel'));
    expect(job.state).toBe('RUNNING');
    await untilJob(db, banned, ({ message }) => message.includes('the channel is suspended'));
  });

  // These two end the connection that all channels share.
  test('is received without a gap when Twitch wants a new connection during a burst, and each message is stored once', async () => {
    await collected('burst');
    const ids: string[] = [];
    const talking = setInterval(() => void ids.push(fake.say('burst', { text: `message ${ids.length}` })), 2);
    await expect.poll(() => ids.length).toBeGreaterThan(50);
    const before = fake.opened;
    fake.reconnect();
    await expect.poll(() => fake.opened, { timeout: patienceMs }).toBeGreaterThan(before);
    await expect.poll(() => fake.listeners('burst'), { timeout: patienceMs }).toBe(1);
    const soFar = ids.length;
    await expect.poll(() => ids.length).toBeGreaterThan(soFar + 50);
    clearInterval(talking);
    await untilStored(db, ids, 'burst');
  });

  test('says for how long nothing was received after the connection was lost', async () => {
    const jobId = await collected('gap');
    fake.drop();
    const job = await untilJob(db, jobId, ({ events }) =>
      events.some(({ message }) => message.startsWith('No messages were received from ')),
    );
    expect(job.message).toBe('Collecting');
    await untilStored(db, [fake.say('gap', { text: 'again' })], 'gap');
  });
});

test('with deleted messages retained, they stay and the deletions are known', async () => {
  const own = await openStore({ poolSize: 6 });
  const { jobs: ownJobs, folder: ownFolder } = await openJobs(own);
  const chat = await openFakeTwitchIrc();
  collect(own, ownFolder, chat, { retainDeleted: true });
  await ownJobs.collectChat('keep');
  await chat.joined('keep', 1, patienceMs);
  const ids = ['troll', 'fan'].map((login) => chat.say('keep', { login, text: 'hi' }));
  await untilStored(own, ids);
  chat.deleteMessage('keep', ids[1] ?? '');
  chat.timeout('keep', 'troll', 60);
  const kinds = async () =>
    (await own.sql`select kind from channel_events order by kind::text`).map(({ kind }) => kind);
  await expect.poll(kinds, { timeout: patienceMs }).toEqual(['MESSAGE_DELETED', 'TIMEOUT']);
  expect(await storedIds(own)).toEqual([...ids].sort());
});
