import { expect, test } from 'vitest';
import { createAnswerCache } from '../../../src/http/cache/cache.ts';
import { openVersions } from '../../../src/streams/versions.ts';
import { afterwards } from '../../support/afterwards.ts';
import { openApp } from '../../support/app.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { ask, serve } from '../http/support.ts';

const statements: string[] = [];
const store = await openStore({ onStatement: (statement) => statements.push(statement) });

async function open() {
  const account = anAccount();
  await savePosts(store, account, [aPost(account)]);
  const versions = await openVersions(store);
  afterwards(() => versions.close());
  const cache = createAnswerCache({ versions, maxBytes: 10_000_000, ttlMs: 900_000 });
  const server = await serve(openApp(store), { cache });
  const query = `{ account(handle: "${account.handle}") { stats { totals { posts } } } }`;
  return { account, versions, cache, server, query };
}

const howOf = ({ headers }: { headers: Record<string, unknown> }) => headers['x-larkstat-cache'];
const postsOf = ({ body }: { body: string }) => JSON.parse(body).data.account.stats.totals.posts;

test('an answer is computed once, and given out until its stream changes', async () => {
  const { account, server, query } = await open();
  const first = await ask(server, { query });
  expect([howOf(first), postsOf(first)]).toEqual(['miss', 1]);
  statements.length = 0;
  const second = await ask(server, { query });
  expect([howOf(second), second.body]).toEqual(['hit', first.body]);
  expect(statements).toEqual([]);

  await savePosts(store, account, [aPost(account)]);
  const third = await ask(server, { query });
  expect([howOf(third), postsOf(third)]).toEqual(['miss', 2]);
  expect(howOf(await ask(server, { query }))).toBe('hit');
});
