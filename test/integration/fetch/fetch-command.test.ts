import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';
import { environmentOf, lark, recentPosts, startServices } from '../../support/fetching.ts';
import { openStore } from '../../support/store.ts';
import { openJobs } from '../../support/worker.ts';
import { program } from '../../support/program.ts';

const db = await openStore();
const { folder } = await openJobs(db);
const services = await startServices({ users: [lark], posts: recentPosts(40) });

/** Runs a command over the test's own store, without a server. */
function larkstat(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { PATH, HOME, TMPDIR } = process.env;
  const env = {
    PATH,
    HOME,
    TMPDIR,
    LARKSTAT_DATA: folder,
    DATABASE_URL: db.url,
    ...environmentOf(services, ['X_API']),
  };
  return new Promise((done) => {
    execFile(process.execPath, [program, ...args], { env }, (error, stdout, stderr) =>
      done({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
  });
}

test('larkstat fetch brings the posts without a server', async () => {
  const { code, stdout } = await larkstat('fetch', '@lark', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ provider: 'X_API', inserted: 40 });
  const topic = await larkstat('topic', 'post', '--limit', '15', '--json');
  expect(JSON.parse(topic.stdout)).toMatchObject({ provider: 'X_API', inserted: 15 });
});

test('larkstat fetch --quote and topic --quote show the estimate, and fetch nothing', async () => {
  const posts = async () => (await db.sql`select count(*)::int as posts from posts`)[0]?.posts;
  const before = await posts();
  const account = await larkstat('fetch', 'lark', '--refresh', 'all', '--limit', '41', '--quote', '--json');
  expect(JSON.parse(account.stdout).quotes).toMatchObject([{ provider: 'X_API', posts: 41, requests: 3 }]);
  const topic = await larkstat('topic', 'sea', '--limit', '10', '--quote');
  expect(topic.stdout).toMatch(
    /^provider +posts +requests +USD +seconds +note\nX_API +10 +1 +0\.05 +1 +the topic is not known/,
  );
  expect(await posts()).toBe(before);
});

test('larkstat fetch --refresh recent refreshes the figures of the last week', async () => {
  const { stdout } = await larkstat('fetch', 'lark', '--refresh', 'recent', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ fetched: 40, inserted: 0 });
  const wrong = await larkstat('fetch', 'lark', '--refresh', 'some');
  expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('Expected due, recent or all') });
});

test('larkstat fetch of an unknown account prints one clear line and exits with code 1', async () => {
  const { code, stderr } = await larkstat('fetch', 'nobody');
  expect(code).toBe(1);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain('nobody');
});
