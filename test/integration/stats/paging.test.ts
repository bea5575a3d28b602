import { describe, expect, test } from 'vitest';
import { findOrCreateTopic } from '../../../src/streams/create.ts';
import { unknownMetrics } from '../../../src/shared/post.ts';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, aPost, asGiven, observed, savePosts, writeBatch } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const app = openApp(db);
const hourMs = 3_600_000;

// 460 posts with few different figures, so that nearly every position in every list is a tie.
const account = anAccount();
const posts = Array.from({ length: 460 }, (_, at) =>
  aPost(account, {
    createdAt: Date.UTC(2024, 0, 1) + (at % 230) * 37 * hourMs,
    metrics: { ...unknownMetrics, likes: at % 3, bookmarks: at % 2 },
    words: [`word${(at * 7) % 411}`, `w${at % 5}`],
    hashtags: [`tag${(at * 5) % 307}`],
  }),
);
await savePosts(db, account, posts);

const query = 'many birds';
const streamId = await findOrCreateTopic(db.sql, query);
const found = Array.from({ length: 330 }, () => aPost(anAccount()));
await writeBatch(
  db.sql,
  { streamId, platform: 'X', provider: 'X_API' },
  { account: null, posts: found, read: asGiven, collectedAt: observed },
);

const range = 'range: { from: "2024-01-20T10:07:00Z", to: "2024-11-03T11:11:00Z" }';
const ofAccount = (field: string, args = 'timeZone: "Asia/Kathmandu"') => ({
  document: (page: string) =>
    `{ at: account(handle: "${account.handle}") { at: stats(${args}) { at: ${field.replace('PAGE', page)} } } }`,
});
const lists: Record<string, { readonly document: (page: string) => string }> = {
  'topTerms of words': ofAccount('topTerms(kind: WORD, PAGE) { term count }'),
  'topTerms of hashtags in a range': ofAccount('topTerms(kind: HASHTAG, PAGE) { term count }', range),
  'topPosts by likes': ofAccount('topPosts(by: LIKES, PAGE) { id }'),
  'topPosts by bookmarks in a range': ofAccount('topPosts(by: BOOKMARKS, PAGE) { id }', range),
  'busiest days': ofAccount('busiest(interval: DAY, PAGE) { label posts }'),
  'busiest hours': ofAccount('busiest(interval: HOUR, PAGE) { label posts }'),
  'topAuthors of a topic': {
    document: (page) =>
      `{ at: topic(query: "${query}") { at: stats { at: topAuthors(${page}) { posts author { id } } } } }`,
  },
  'topHashtags of all': { document: (page) => `{ at: topHashtags(${page}) { posts hashtag { tag } } }` },
  'topAuthors of all': { document: (page) => `{ at: topAuthors(${page}) { posts author { id } } }` },
};

/** All items of a list, read in pages of a size. */
async function readAll(document: (page: string) => string, size: number): Promise<readonly string[]> {
  const items: string[] = [];
  for (;;) {
    const { data, errors } = await ask(app, document(`first: ${size}, offset: ${items.length}`));
    expect(errors).toBeUndefined();
    let at = data;
    while (!Array.isArray(at)) at = at.at;
    items.push(...at.map((item: unknown) => JSON.stringify(item)));
    if (at.length < size) return items;
  }
}

describe.each(Object.entries(lists))('%s', (_name, { document }) => {
  test('is longer than a page, and pages of 7 and of 23 together are the list', async () => {
    const whole = await readAll(document, 200);
    expect(whole.length).toBeGreaterThan(200);
    expect(new Set(whole).size).toBe(whole.length);
    expect(await readAll(document, 23)).toEqual(whole);
    expect(await readAll(document, 7)).toEqual(whole);
  });

  test('begins as without an offset, and has nothing after its end', async () => {
    const whole = await readAll(document, 200);
    const { data } = await ask(app, document('first: 5'));
    let at = data;
    while (!Array.isArray(at)) at = at.at;
    expect(at.map((item: unknown) => JSON.stringify(item))).toEqual(whole.slice(0, 5));
    const { data: none } = await ask(app, document('first: 5, offset: 100000'));
    expect(JSON.stringify(none)).toContain('[]');
  });
});
