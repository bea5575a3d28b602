import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { listen } from '../../../src/db/listen.ts';
import { startJob, reportProgress } from '../../../src/jobs/lease.ts';
import { createJob } from '../../../src/jobs/store.ts';
import { must } from '../../../src/shared/errors.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openDetour } from '../../support/detour.ts';
import { openStore } from '../../support/store.ts';
import { eventually, followSse, followWs, globalId, serveLive, untilListening } from './support.ts';

const db = await openStore();
const live = await serveLive(db);

const listeners = () => db.sql<{ pid: number }[]>`
  select pid from pg_stat_activity where application_name = 'larkstat listener' and datname = current_database()`;

/** Kills the connection that listens for changes when it is open, and returns its pid. */
async function killListener(): Promise<number> {
  for (;;) {
    const [killed] = await db.sql<{ pid: number }[]>`
      select pid, pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'larkstat listener' and datname = current_database()`;
    if (killed !== undefined) return killed.pid;
    await sleep(20);
  }
}

type Updated = { readonly streamUpdated: { readonly freshness: { readonly version: number } } };
type Arrived = { readonly newPosts: { readonly text: string } };
type Changed = { readonly jobChanged: { readonly progress: { readonly message: string } } };

test('there is one listening connection, and it is opened again when it is killed', async () => {
  const [before] = await listeners();
  const killed = await killListener();
  expect(killed).toBe(before?.pid);
  for (let found = await listeners(); ; found = await listeners()) {
    if (found.length === 1 && found[0]?.pid !== killed) break;
  }
});

test('changes during the interruption are seen afterwards, and later changes too', async () => {
  const account = anAccount();
  const { streamId } = await savePosts(db, account, [aPost(account)]);
  const settings = {
    source: 'synthetic',
    users: 1,
    posts: 1,
    hashtags: 1,
    seed: 1,
    endingAt: 0,
    demo: false,
  } as const;
  const jobId = await createJob(db.sql, 'SYNTHETIC', settings);
  const job = must(await startJob(db.sql, jobId), 'nobody else takes it');
  const id = globalId('Account', streamId);
  const updated = followWs<Updated>(live, {
    query: 'subscription ($id: ID!) { streamUpdated(id: $id) { freshness { version } } }',
    variables: { id },
  });
  const arrived = followSse<Arrived>(live, {
    query: 'subscription ($id: ID!) { newPosts(id: $id) { text } }',
    variables: { id },
  });
  const changed = followSse<Changed>(live, { query: 'subscription { jobChanged { progress { message } } }' });
  await untilListening(live, 3);
  await updated.until((events) => events.length === 1);

  const message = () => changed.events.at(-1)?.jobChanged.progress.message;
  for (let round = 1; round <= 3; round++) {
    await killListener();
    await savePosts(db, account, [aPost(account, { text: `away ${round}` })]);
    await reportProgress(db.sql, job, `away ${round}`, null);
    await updated.until((events) => events.at(-1)?.streamUpdated.freshness.version === 2 * round);
    await eventually(() => message() === `away ${round}`);
    await savePosts(db, account, [aPost(account, { text: `back ${round}` })]);
    await reportProgress(db.sql, job, `back ${round}`, null);
    await updated.until((events) => events.at(-1)?.streamUpdated.freshness.version === 2 * round + 1);
    await eventually(() => message() === `back ${round}`);
  }
  await arrived.until((events) => events.length === 6);
  expect(arrived.events.map((event) => event.newPosts.text)).toEqual(
    [1, 2, 3].flatMap((round) => [`away ${round}`, `back ${round}`]),
  );
});

test('a listener recovers after an outage, and when its connection becomes silent', async () => {
  const detour = await openDetour(db.url);
  const heard = new Set<string>();
  let back = 0;
  const listener = await listen(detour.url, 'elsewhere', {
    onMessage: (payload) => heard.add(payload),
    onBack: () => {
      back += 1;
    },
    log: pino({ level: process.env.LOG_LEVEL ?? 'silent' }),
    checkEveryMs: 100,
  });
  const untilBack = async (begin: () => unknown) => {
    const before = back;
    await begin();
    await eventually(() => back > before);
  };
  /** Repeatedly: on a slow machine it may take an answer for lost, and reconnect once more. */
  const untilHeard = async (payload: string) => {
    while (!heard.has(payload)) {
      await db.sql.notify('elsewhere', payload);
      await sleep(20);
    }
  };
  await untilHeard('first');

  await untilBack(async () => {
    await detour.close();
    // Long enough for some failing tries.
    await sleep(700);
    await detour.open();
  });
  await untilHeard('after the outage');

  await untilBack(() => detour.swallow());
  await untilHeard('after the silence');
  expect([...heard]).toEqual(['first', 'after the outage', 'after the silence']);

  await detour.close();
  // Postgres stays unavailable: closing must not wait for it.
  await listener.close();
});
