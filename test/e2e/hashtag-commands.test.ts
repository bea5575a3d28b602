import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { anAccount, aPost, savePosts } from '../support/posts.ts';
import { program } from '../support/program.ts';
import { aMachine } from '../support/servers.ts';
import { openStore } from '../support/store.ts';

const { url, ...db } = await openStore();
const account = anAccount();
const [now, hour] = [Date.now(), 3_600_000];
const tagged = (ago: number, ...hashtags: string[]) =>
  aPost(account, { hashtags, createdAt: now - ago * hour, metrics: { ...aPost(account).metrics, likes: 3 } });
await savePosts(db, account, [
  tagged(30, 'sea'),
  tagged(2, 'sea', 'ferry'),
  tagged(1, 'sea', 'ferry'),
  tagged(1, 'ferry', 'dock'),
]);

async function run(...args: readonly string[]): Promise<string> {
  const env = { PATH: process.env.PATH, DATABASE_URL: url, LARKSTAT_DATA: await aMachine() };
  return (await promisify(execFile)(process.execPath, [program, ...args], { env })).stdout;
}
const json = async (...args: readonly string[]) => JSON.parse(await run(...args, '--json'));

test('commands about hashtags print what the API says, for people and for programs', async () => {
  expect(await json('top-users', '--limit', '5')).toEqual([
    {
      handle: account.handle,
      displayName: account.displayName,
      posts: 4,
      engagement: 12,
      engagementPerPost: 3,
    },
  ]);
  expect(await run('top-users', '--engaged-only')).toMatch(new RegExp(`@${account.handle} +4 +12 +3\n`));
  expect(await json('top-hashtags', '--limit', '1')).toEqual([
    { tag: 'ferry', posts: 3, authors: 1, engagement: 9 },
  ]);
  expect(await run('top-hashtags', '--by', 'authors')).toMatch(/#dock +1 +1 +3\n/);
  expect(await json('fastest-growing', '--hours', '24')).toEqual(
    [
      { tag: 'ferry', current: 3, previous: 0, growth: 3 },
      { tag: 'dock', current: 1, previous: 0, growth: 1 },
      { tag: 'sea', current: 2, previous: 1, growth: 1 },
    ].sort((a, b) => b.growth - a.growth || b.current - a.current),
  );
  expect(await run('fastest-growing', '--limit', '1')).toMatch(/#ferry +3 +0 +300 %\n/);
  expect(await json('recommend', '--hashtag', '#SEA')).toMatchObject({
    tag: 'sea',
    posts: 3,
    related: [{ tag: 'ferry', posts: 2, cooccurrenceRate: 2 / 3, lift: 2 / 3 / (3 / 4) }],
  });
  expect(await run('recommend', '--hashtag', 'sea', '--min-rate', '0.9')).toContain('No hashtag is in 90 %');
  expect(await json('hashtag-network', '--min-rate', '0.6')).toMatchObject({
    posts: 4,
    nodes: [
      { tag: 'ferry', posts: 3 },
      { tag: 'sea', posts: 3 },
      { tag: 'dock', posts: 1 },
    ],
    edges: [
      { source: 'ferry', target: 'sea', posts: 2 },
      { source: 'ferry', target: 'dock', posts: 1 },
    ],
  });
  expect(await run('hashtag-network', '--format', 'gexf')).toContain(
    '<edge id="0" source="ferry" target="sea"',
  );
  expect(await run('hashtag-network')).toContain('3 hashtags and 2 edges of 4 posts');
});

test.each([
  [['recommend', '--hashtag', '🌊'], 'BAD_INPUT'],
  [['recommend', '--hashtag', 'nobody'], 'NOT_FOUND'],
  [['recommend', '--hashtag', 'sea', '--min-rate', '2'], 'BAD_INPUT'],
  [['top-hashtags', '--by', 'colour'], 'BAD_INPUT'],
  [['top-users', '--limit', '0'], 'BAD_INPUT'],
  [['fastest-growing', '--hours', '0'], 'BAD_INPUT'],
  [['hashtag-network', '--format', 'png'], 'BAD_INPUT'],
])('%j is refused with %s', async (args, code) => {
  const failed = await json(...args).catch((error: { readonly stdout: string }) => JSON.parse(error.stdout));
  expect(failed.error.code).toBe(code);
});
