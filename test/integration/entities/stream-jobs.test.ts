import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const app = openApp(db);

/** An account with this many jobs, a minute apart; job `n` says that it fetched `n` posts. */
async function accountWithJobs(count: number): Promise<string> {
  const account = anAccount();
  const { streamId } = await savePosts(db, account, []);
  for (let at = 0; at < count; at++) {
    await db.sql`insert into jobs (job_id, kind, stream_id, payload, fetched, created_at)
      values (${randomUUID()}, 'FETCH', ${streamId}, '{}', ${at}, ${new Date(Date.UTC(2025, 0, 1, 0, at))})`;
  }
  return account.handle;
}

const [five, three, none] = [await accountWithJobs(5), await accountWithJobs(3), await accountWithJobs(0)];

type Page = {
  readonly nodes: readonly { readonly progress: { readonly fetched: number } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number;
};
const numbers = ({ nodes }: Page) => nodes.map(({ progress }) => progress.fetched);
const page = 'nodes { progress { fetched } } pageInfo { hasNextPage endCursor } totalCount';

test('each of several streams has its own jobs, newest first', async () => {
  const { data, errors } = await ask(app, `{ streams { nodes { title jobs(first: 3) { ${page} } } } }`);
  expect(errors).toBeUndefined();
  const found = data.streams.nodes.map(({ title, jobs }: { title: string; jobs: Page }) => [
    title,
    numbers(jobs),
    jobs.pageInfo.hasNextPage,
    jobs.totalCount,
  ]);
  expect(found).toEqual([
    [`@${five}`, [4, 3, 2], true, 5],
    [`@${three}`, [2, 1, 0], false, 3],
    [`@${none}`, [], false, 0],
  ]);
});

test("a stream's jobs are paged from both ends", async () => {
  const jobs = async (args: string): Promise<Page> =>
    (await ask(app, `{ account(handle: "${five}") { jobs(${args}) { ${page} } } }`)).data.account.jobs;
  const first = await jobs('first: 2');
  const next = await jobs(`first: 2, after: "${first.pageInfo.endCursor}"`);
  expect([numbers(first), numbers(next)]).toEqual([
    [4, 3],
    [2, 1],
  ]);
  expect(numbers(await jobs('last: 2'))).toEqual([1, 0]);
});

test('a bad cursor of one alias refuses the query, and is named', async () => {
  const query = `{ account(handle: "${five}") { good: jobs { totalCount } } other: account(handle: "${five}") { bad: jobs(after: "x") { totalCount } } }`;
  const { data, errors } = await ask(app, query);
  expect(errors).toMatchObject([{ path: ['other', 'bad'], extensions: { code: 'BAD_INPUT' } }]);
  expect(data).toBeUndefined();
});
