import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { listen } from '../../../src/db/listen.ts';
import { createJob, startJob, tellProgress } from '../../../src/jobs/store.ts';
import { must } from '../../../src/shared/errors.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openDetour } from '../../support/detour.ts';
import { openStore } from '../../support/store.ts';
import { eventually, followSse, followWs, globalId, serveLive, untilListening } from './support.ts';

const db = await openStore();
const live = await serveLive(db);

const listeners = () => db.sql<{ pid: number }[]>`
  select pid from pg_stat_activity where application_name = 'larkstat listener' and datname = current_database()`;

/** Kills the connection that hears of changes, and gives its process. */
async function killListener(): Promise<number> {
  const [killed] = await db.sql<{ pid: number }[]>`
    select pid, pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'larkstat listener' and datname = current_database()`;
  return must(killed, 'the server is listening').pid;
}

type Updated = { readonly streamUpdated: { readonly freshness: { readonly version: number } } };
type Arrived = { readonly newPosts: { readonly text: string } };
type Changed = { readonly jobChanged: { readonly progress: { readonly message: string } } };

test('there is one listening connection, and it comes back when killed', async () => {
  const [before] = await listeners();
  const killed = await killListener();
  expect(killed).toBe(before?.pid);
  for (let found = await listeners(); ; found = await listeners()) {
    if (found.length === 1 && found[0]?.pid !== killed) break;
  }
});

test('what changes while it is away is seen when it is back, and later changes too', async () => {
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
    query: 'subscription ($id: ID!) { newPosts(stream: $id) { text } }',
    variables: { id },
  });
  const changed = followSse<Changed>(live, { query: 'subscription { jobChanged { progress { message } } }' });
  await untilListening(live, 3);
  await updated.until((events) => events.length === 1);

  const message = () => changed.events.at(-1)?.jobChanged.progress.message;
  for (let round = 1; round <= 3; round++) {
    await killListener();
    await savePosts(db, account, [aPost(account, { text: `away ${round}` })]);
    await tellProgress(db.sql, job, `away ${round}`, null);
    await updated.until((events) => events.at(-1)?.streamUpdated.freshness.version === 2 * round);
    await eventually(() => message() === `away ${round}`);
    await savePosts(db, account, [aPost(account, { text: `back ${round}` })]);
    await tellProgress(db.sql, job, `back ${round}`, null);
    await updated.until((events) => events.at(-1)?.streamUpdated.freshness.version === 2 * round + 1);
    await eventually(() => message() === `back ${round}`);
  }
  await arrived.until((events) => events.length === 6);
  expect(arrived.events.map((event) => event.newPosts.text)).toEqual(
    [1, 2, 3].flatMap((round) => [`away ${round}`, `back ${round}`]),
  );
});

test('a listener comes back after an outage, and from a connection that went silent', async () => {
  const detour = await openDetour(db.url);
  const heard: string[] = [];
  let back = 0;
  const listener = await listen(detour.url, 'elsewhere', {
    onMessage: (payload) => heard.push(payload),
    onBack: () => {
      back += 1;
    },
    log: pino({ level: process.env.LOG_LEVEL ?? 'silent' }),
    askEveryMs: 100,
  });
  await db.sql.notify('elsewhere', 'first');
  await eventually(() => heard.includes('first'));

  await detour.close();
  await sleep(700);
  await detour.open();
  await eventually(() => back === 1);
  await db.sql.notify('elsewhere', 'after the outage');
  await eventually(() => heard.includes('after the outage'));

  detour.swallow(true);
  await db.sql.notify('elsewhere', 'into the silence');
  await sleep(400);
  detour.swallow(false);
  await eventually(() => back === 2);
  await db.sql.notify('elsewhere', 'after the silence');
  await eventually(() => heard.includes('after the silence'));
  expect(heard).toEqual(['first', 'after the outage', 'after the silence']);

  await detour.close();
  await sleep(100);
  const start = performance.now();
  await listener.close();
  expect(performance.now() - start).toBeLessThan(2_000);
});
