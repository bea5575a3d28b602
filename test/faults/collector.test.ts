import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExpectStatic } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { verifyStream } from '../support/verify.ts';
import { waitingTest } from '../support/afterwards.ts';
import { collect, storedIds, untilStored } from '../support/collecting.ts';
import { openDetour } from '../support/detour.ts';
import { openFakeTwitchIrc } from '../support/open-fake-twitch-irc.ts';
import { patienceMs } from '../support/patience.ts';
import { startCollector } from '../support/start-collector.ts';
import { openAgain, openStore } from '../support/store.ts';
import { openJobs, untilJob } from '../support/worker.ts';

/** A store, and a chat that is collected into it. */
async function openChat() {
  const db = await openStore();
  const { jobs, folder } = await openJobs(db);
  const fake = await openFakeTwitchIrc();

  /** A collector that can be killed. */
  const startProcess = () => startCollector(db.url, fake.url, join(folder, 'chat'));

  /** Sends messages to channels until it is stopped, and passes each to a callback. */
  function talk(channels: readonly string[], everyMs = 2) {
    const said: string[] = [];
    let n = 0;
    const timer = setInterval(() => {
      const channel = channels[n++ % channels.length] ?? '';
      // Twitch repeats nothing for clients that were not connected.
      if (fake.listeners(channel) > 0)
        said.push(fake.say(channel, { text: `message ${n}`, login: `viewer${n % 9}` }));
    }, everyMs);
    return { said, stop: () => clearInterval(timer) };
  }

  return { db, jobs, folder, fake, startProcess, talk };
}

async function expectRight(db: Database, expect: ExpectStatic): Promise<void> {
  const streams = await db.sql<{ id: number }[]>`select stream_id as id from streams`;
  for (const { id } of streams) expect(await verifyStream(db.sql, id)).toEqual([]);
}

waitingTest(
  'a collector that is killed in the middle of a burst loses no received message, and another continues within 30 s',
  async ({ expect }) => {
    const { db, jobs, fake, startProcess, talk } = await openChat();
    const channels = ['kill1', 'kill2', 'kill3'];
    const jobIds = await Promise.all(channels.map((login) => jobs.collectChat(login)));
    const first = await startProcess();
    await Promise.all(channels.map((channel) => fake.joined(channel, 1, patienceMs)));
    const before = talk(channels);
    await expect.poll(() => before.said.length).toBeGreaterThan(400);
    before.stop();
    await fake.ping();
    first.kill('SIGKILL');
    await once(first, 'exit');
    const killedAt = Date.now();
    await startProcess();
    await Promise.all(channels.map((channel) => fake.joined(channel, 1, patienceMs)));
    expect(Date.now() - killedAt).toBeLessThan(30_000);
    const after = talk(channels);
    await expect.poll(() => after.said.length).toBeGreaterThan(100);
    after.stop();
    await untilStored(db, [...before.said, ...after.said]);
    const job = await untilJob(db, jobIds[0] ?? '', ({ message }) => message === 'Collecting');
    expect(job.events.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^Another collector took over/),
    );
    await expectRight(db, expect);
  },
);

waitingTest(
  'a collector that hangs loses its channels to another, and does no harm when it continues',
  async ({ expect }) => {
    const { db, jobs, fake, startProcess, talk } = await openChat();
    await jobs.collectChat('frozen');
    const first = await startProcess();
    await fake.joined('frozen', 1, patienceMs);
    const talking = talk(['frozen'], 5);
    await expect.poll(() => talking.said.length).toBeGreaterThan(100);
    first.kill('SIGSTOP');
    await startProcess();
    await fake.joined('frozen', 2, 30_000);
    const soFar = talking.said.length;
    await expect.poll(() => talking.said.length).toBeGreaterThan(soFar + 100);
    first.kill('SIGCONT');
    // The first one stops collecting, and still writes the messages that it received while no other was connected.
    await expect.poll(() => fake.listeners('frozen')).toBe(1);
    talking.stop();
    const ours = talking.said;
    const stored = async () => {
      const ids = new Set(await storedIds(db, 'frozen'));
      return ours.filter((id) => !ids.has(id));
    };
    await expect.poll(stored).toEqual([]);
    await expectRight(db, expect);
  },
);

waitingTest(
  'while the database is unavailable for 20 s, chat is still received, waits on the disk, and is stored once',
  async ({ expect }) => {
    const { db, jobs, folder, fake, talk } = await openChat();
    const detour = await openDetour(db.url);
    const cut = openAgain(detour.url, { poolSize: 6 });
    const collecting = collect(cut, folder, fake);
    await jobs.collectChat('outage');
    await fake.joined('outage', 1, patienceMs);
    const talking = talk(['outage'], 5);
    await expect.poll(() => talking.said.length).toBeGreaterThan(50);
    await detour.close();
    await sleep(20_000);
    expect(fake.listeners('outage')).toBe(1);
    await detour.open();
    const soFar = talking.said.length;
    await expect.poll(() => talking.said.length).toBeGreaterThan(soFar + 50);
    talking.stop();
    await untilStored(db, talking.said, 'outage');
    await expectRight(db, expect);
    await collecting.close();
    await cut.close();
    await detour.close();
  },
);
