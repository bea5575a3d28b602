import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const app = openApp(db);

const day = (date: number) => Date.UTC(2024, 2, date, 12);
const range = (from: number, to: number) =>
  `{ from: "2024-03-${String(from).padStart(2, '0')}T00:00:00Z", to: "2024-03-${String(to).padStart(2, '0')}T00:00:00Z" }`;

test('a term has the number of posts that used it in the range before, whatever the range', async () => {
  const tag = fc.constantFrom('a', 'b', 'c', 'd"e', 'é');
  const posts = fc.array(
    fc.record({ date: fc.integer({ min: 1, max: 28 }), hashtags: fc.uniqueArray(tag, { maxLength: 3 }) }),
    { minLength: 1, maxLength: 30 },
  );
  const ends = fc.uniqueArray(fc.integer({ min: 8, max: 29 }), { minLength: 2, maxLength: 2 });
  await fc.assert(
    fc.asyncProperty(posts, ends, async (given, asked) => {
      const account = anAccount();
      await savePosts(
        db,
        account,
        given.map(({ date, hashtags }) => aPost(account, { createdAt: day(date), hashtags })),
      );
      const [from = 0, to = 0] = asked.toSorted((a, b) => a - b);
      const answer = await ask(
        app,
        `{ account(handle: "${account.handle}") { stats(range: ${range(from, to)}) { topTerms(kind: HASHTAG) { term previous } } } }`,
      );
      const used = (term: string, first: number, last: number) =>
        given.filter(
          ({ date, hashtags }) => date >= first && date < last && hashtags.some((one) => one === term),
        ).length;
      for (const { term, previous } of answer.data.account.stats.topTerms) {
        expect(previous, term).toBe(used(term, 2 * from - to, from));
      }
      const shown = new Set(answer.data.account.stats.topTerms.map(({ term }: { term: string }) => term));
      expect(shown).toEqual(
        new Set(given.flatMap(({ hashtags }) => hashtags).filter((term) => used(term, from, to) > 0)),
      );
    }),
    { numRuns: 25 },
  );
});

test('without a start there is no range before', async () => {
  const account = anAccount();
  await savePosts(db, account, [aPost(account, { hashtags: ['a'] })]);
  const answer = await ask(
    app,
    `{ account(handle: "${account.handle}") { stats { topTerms(kind: HASHTAG) { term previous } } } }`,
  );
  expect(answer.data.account.stats.topTerms).toEqual([{ term: 'a', previous: null }]);
});
