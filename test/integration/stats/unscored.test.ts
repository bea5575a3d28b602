import fc from 'fast-check';
import { expect, test } from 'vitest';
import { enrich } from '../../../src/ingest/enrich/enrich.ts';
import { verifyStream } from '../../support/verify.ts';
import type { EnrichedPost } from '../../../src/shared/post.ts';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const app = openApp(db);
const hourMs = 3_600_000;
const firstHour = Date.UTC(2026, 0, 5);

// Dhivehi and Tibetan have no lexicon; the text of an unknown language may have words with sentiment or none.
const written = fc.record({
  language: fc.constantFrom('en', 'de', 'ja', 'dv', 'bo', null),
  text: fc.constantFrom<string>(
    'I love it',
    'I hate it',
    'the table',
    'ދިވެހި',
    'བོད་ཡིག',
    '',
    '😍',
    '👎',
    'das ist schlecht',
    '最高',
  ),
  hour: fc.nat(30),
  isRepost: fc.boolean(),
});
type Written = typeof written extends fc.Arbitrary<infer T> ? T : never;

/** A count as by hand: posts with a score, and the mean of the scores. */
function counted(posts: readonly EnrichedPost[]) {
  const own = posts.filter(({ kind }) => kind !== 'REPOST').map(({ sentiment }) => sentiment);
  const scores = own.filter((score) => score !== null);
  const mean = scores.length === 0 ? null : scores.reduce((a, b) => a + b, 0) / scores.length;
  return {
    unscored: own.length - scores.length,
    mean: mean === null ? null : expect.closeTo(mean, 9),
    positive: scores.filter((score) => score >= 0.05).length,
    neutral: scores.filter((score) => Math.abs(score) < 0.05).length,
    negative: scores.filter((score) => score <= -0.05).length,
  };
}

async function save(written: readonly Written[]) {
  const account = anAccount();
  const posts = written.map(({ language, text, hour, isRepost }) => {
    const kind = isRepost ? ('REPOST' as const) : ('ORIGINAL' as const);
    const { raw: _, ...post } = aPost(account, {
      language,
      text,
      kind,
      createdAt: firstHour + hour * hourMs,
    });
    return enrich({ ...post, raw: null, entities: null });
  });
  const { streamId } = await savePosts(db, account, posts);
  return { account, posts, streamId };
}

test('posts without a score are in no mean, no share and no list of neutral posts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(written, { minLength: 1, maxLength: 25 }), async (given) => {
      const { account, posts, streamId } = await save(given);
      expect(await verifyStream(db.sql, streamId)).toEqual([]);

      const filter = (label: string) =>
        `${label.toLowerCase()}: posts(first: 100, filter: { sentiment: ${label} }) { nodes { text sentiment { label } } }`;
      const { data, errors } = await ask(
        app,
        `{ account(handle: "${account.handle}") {
          stats(timeZone: "UTC", range: { from: "2026-01-05T00:00:00Z", to: "2026-01-06T07:00:00Z" }) {
            sentiment { unscored mean positive neutral negative }
            series(metric: SENTIMENT, interval: HOUR) { values }
            byHour(metric: SENTIMENT)
          }
          posts(first: 100) { nodes { text sentiment { score } } }
          ${['POSITIVE', 'NEUTRAL', 'NEGATIVE'].map(filter).join('\n')}
        } }`,
      );
      expect(errors).toBeUndefined();
      const { stats, posts: listed, positive, neutral, negative } = data.account;
      expect(stats.sentiment).toEqual(counted(posts));
      const meanIn = (isIn: (hour: number) => boolean) =>
        counted(posts.filter(({ createdAt }) => isIn((createdAt - firstHour) / hourMs))).mean;
      expect(stats.series.values).toEqual(
        Array.from({ length: 31 }, (_, hour) => meanIn((at) => at === hour)),
      );
      expect(stats.byHour).toEqual(Array.from({ length: 24 }, (_, hour) => meanIn((at) => at % 24 === hour)));
      const shown = listed.nodes.map(
        ({ sentiment }: { sentiment: { score: number } | null }) => sentiment?.score ?? null,
      );
      expect(shown.sort()).toEqual(posts.map(({ sentiment }) => sentiment).sort());
      const felt = posts.filter(({ sentiment }) => sentiment !== null);
      expect([positive, neutral, negative].flatMap(({ nodes }) => nodes)).toHaveLength(felt.length);
    }),
    { numRuns: 25, endOnFailure: true },
  );
}, 120_000);

test('a post is unscored when its language has no lexicon, and neutral when its language knows none of its words', async () => {
  const { account } = await save([
    { language: 'dv', text: 'ދިވެހި 😍', hour: 0, isRepost: false },
    { language: 'en', text: 'the table', hour: 1, isRepost: false },
    { language: null, text: 'བོད་ཡིག', hour: 2, isRepost: false },
  ]);
  const { data } = await ask(
    app,
    `{ account(handle: "${account.handle}") { posts(first: 3) { nodes { sentiment { label score } } } } }`,
  );
  expect(data.account.posts.nodes.map(({ sentiment }: { sentiment: unknown }) => sentiment)).toEqual([
    null,
    { label: 'NEUTRAL', score: 0 },
    null,
  ]);
});
