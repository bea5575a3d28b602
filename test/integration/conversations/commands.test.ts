import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { unknownMetrics } from '../../../src/shared/post.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { program } from '../../support/program.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const folder = await mkdtemp(join(tmpdir(), 'larkstat-conversations-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const account = anAccount({ handle: 'lark' });
const metrics = { ...unknownMetrics, likes: 40 };
const root = aPost(account, { text: 'a root', metrics });
const answer = (text: string, { platformId }: typeof root) =>
  aPost(account, {
    kind: 'REPLY',
    text,
    metrics,
    replyTo: { postId: platformId, authorId: null, handle: 'lark' },
  });
const reply = answer('a reply', root);
await savePosts(db, account, [root, reply, answer('a reply to the reply', reply), answer('another', root)]);

function run(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const { PATH, HOME, TMPDIR } = process.env;
  const env = { PATH, HOME, TMPDIR, LARKSTAT_DATA: folder, DATABASE_URL: db.url };
  return new Promise((done) => {
    execFile(process.execPath, [program, ...args], { env }, (error, stdout, stderr) =>
      done({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
  });
}

test('comment-depths shows how deep conversations go, as a table and as JSON', async () => {
  const { stdout } = await run('comment-depths', 'lark');
  const [head, ...rows] = stdout.trimEnd().split('\n');
  expect(head).toBe('1 conversation, 4 posts: depth 1.00 on average, 2 at most');
  expect(rows.map((row) => row.trim().split(/\s+/).slice(0, 2))).toEqual([
    ['depth', 'posts'],
    ['0', '1'],
    ['1', '2'],
    ['2', '1'],
  ]);
  const all = await run('comment-depths', '--json');
  expect(JSON.parse(all.stdout)).toMatchObject({ conversations: 1, posts: 4, maxDepth: 2, meanDepth: 1 });
  expect((await run('comment-depths', '--to', '2024-01-01')).stdout).toMatch(/^No conversations/);
});

test('viral-chains shows the paths, the root first, or says that there is none', async () => {
  const { stdout } = await run('viral-chains', '--min-depth', '2', '--min-engagement', '100');
  expect(stdout.trimEnd().split('\n')).toEqual([
    '1. engagement 120, 2 replies deep, 1 participant',
    '   0  @lark  40  a root',
    '   1  @lark  40  a reply',
    '   2  @lark  40  a reply to the reply',
  ]);
  const { stdout: json } = await run(
    'viral-chains',
    'lark',
    '--min-depth',
    '1',
    '--min-engagement',
    '0',
    '--json',
  );
  expect(JSON.parse(json).viralChains.map(({ engagement }: { engagement: number }) => engagement)).toEqual([
    120, 80,
  ]);
  expect((await run('viral-chains', '--limit', '100')).stdout).toMatch(/^No path with 5 replies/);
});

test.each([
  [['viral-chains', '--min-depth', '0'], /Invalid minDepth/],
  [['viral-chains', '--limit', '101'], /Invalid limit/],
  [['viral-chains', 'nobody'], /Nothing was collected of @nobody/],
  [['comment-depths', '--from', 'yesterday'], /An instant or a day is expected/],
] as const)('%j is refused on one line', async (args, message) => {
  const { code, stderr } = await run(...args);
  expect(code).toBe(1);
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});
