import { test } from 'vitest';
import { openDatabase } from '../../../src/db/client.ts';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

test('bench', async () => {
  const db = await openStore();
  const account = anAccount();
  const t0 = Date.now();
  const words = Array.from({ length: 20000 }, (_, i) => `w${i}`);
  const r = (n: number) => Math.floor(Math.random() * n);
  const zipf = () => words[Math.floor(20000 ** Math.random()) - 1] as string;
  const start = Date.UTC(2018, 0, 1);
  for (let b = 0; b < 40; b++) {
    const posts = Array.from({ length: 5000 }, (_, i) =>
      aPost(account, {
        createdAt: start + (b * 5000 + i) * 1_200_000 + r(1_000_000),
        kind: (['ORIGINAL', 'REPLY', 'REPOST', 'QUOTE'] as const)[r(4)] as 'REPLY',
        metrics: {
          likes: r(100) ** 2,
          reposts: r(500),
          replies: r(50),
          quotes: r(10),
          bookmarks: null,
          impressions: null,
        },
        hashtags: [zipf()],
        words: [...new Set(Array.from({ length: 10 }, zipf))],
        sentiment: r(2000) / 1000 - 1,
        client: 'web',
      }),
    );
    await savePosts(db, account, posts);
  }
  console.log('saved', Date.now() - t0);
  await db.sql`vacuum analyze`;
  let statements = 0;
  const counted = openDatabase(db.url, {
    onStatement: () => {
      statements++;
    },
  });
  const app = openApp(counted);
  const fields = [
    'totals { posts likesReceived }',
    'totals { engagementMedian engagementP90 }',
    'totals { authors }',
    'series { starts values }',
    'series(interval: HOUR, metric: LIKES) { values }',
    'series(interval: WEEK, metric: AUTHORS) { values }',
    'series(basis: OBSERVED) { values }',
    'byHour',
    'byHourOfWeek',
    'byWeekday(metric: AUTHORS)',
    'busiest',
    'busiest(interval: HOUR)',
    'busiest(interval: MINUTE)',
    'streaks { longest { days } }',
    'topPosts { platformId }',
    'topPosts(by: SENTIMENT, first: 10) { platformId }',
    'topTerms(kind: WORD) { term count }',
    'topTerms(kind: HASHTAG) { term count }',
    'topAuthors { posts author { handle } }',
    'sentiment { mean }',
    'followers { values }',
    'bestTimes { hour }',
    'bestTimes(metric: LIKES) { hour }',
    'providers { posts }',
    'totals { posts likesReceived engagementMedian authors } series { values } byHour byWeekday byHourOfWeek busiest { posts } streaks { longest { days } } topPosts { platformId } topTerms(kind: WORD) { term count } tags: topTerms(kind: HASHTAG) { term count } topAuthors { posts author { handle } } sentiment { mean } followers { values } bestTimes { hour } providers { posts }',
  ];
  for (const range of [
    '',
    ', range: { from: "2020-03-03T03:03:03Z", to: "2024-05-05T05:05:05Z" }',
    ', range: { from: "2024-03-03T03:03:03Z", to: "2024-04-05T05:05:05Z" }',
  ]) {
    for (const field of fields) {
      const times: number[] = [];
      statements = 0;
      for (let i = 0; i < 3; i++) {
        const t = performance.now();
        const a = await ask(
          app,
          `{ account(handle: "${account.handle}") { stats(timeZone: "America/New_York"${range}) { ${field} } } }`,
        );
        if (a.errors) console.log(a.errors);
        times.push(performance.now() - t);
      }
      console.log(
        `${Math.min(...times)
          .toFixed(0)
          .padStart(
            5,
          )} ms ${(statements / 3).toFixed(0)} stmts ${range ? range.slice(17, 30) : 'all'} ${field.slice(0, 60)}`,
      );
    }
  }
  await counted.close();
}, 600_000);
