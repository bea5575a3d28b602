import { openApi } from './support/api.ts';
import { explainStatements } from './support/explain.ts';
import { count, type Finding, ms, type Run, report, times } from './support/finding.ts';
import { openTaggedStore } from './support/tagged-store.ts';
import { median, percentile, time } from './support/timings.ts';

const relatedMs = 100;

/** A query, and the plain statement that most people would write for it; null: no floor and no target. */
const questions = (top: string) => [
  {
    what: `what goes with the most used hashtag, uncached`,
    query: `{ hashtag(tag: "${top}") { related(minRate: 0.01) { hashtag { tag } cooccurrenceRate lift } } }`,
    plain: `select other, count(*) from posts p, unnest(p.hashtags) as other
      where p.own and p.stands and p.hashtags @> array['${top}'] group by other order by 2 desc limit 10`,
    mostMs: relatedMs,
  },
  {
    what: 'its series by day, over all time',
    query: `{ hashtag(tag: "${top}") { series(interval: DAY) { starts values } } }`,
    plain: `select date_trunc('day', created_at), count(*) from posts
      where own and stands and hashtags @> array['${top}'] group by 1`,
  },
  {
    what: 'its authors and top posts',
    query: `{ hashtag(tag: "${top}") { authors topPosts(first: 10) { platformId } } }`,
    plain: `select count(distinct author_id) from posts where own and stands and hashtags @> array['${top}']`,
  },
  {
    what: 'the top 20 hashtags by posts, with authors',
    query: '{ topHashtags { hashtag { tag } posts authors } }',
    plain: `select tag, count(*), count(distinct author_id) from posts, unnest(hashtags) as tag
      where own and stands group by tag order by 2 desc limit 20`,
  },
  {
    what: 'the fastest growing of a day',
    query: '{ fastestGrowingHashtags { hashtag { tag } growth } }',
    plain: `select tag, count(*) from posts, unnest(hashtags) as tag
      where own and stands and created_at >= now() - interval '2 days' group by tag order by 2 desc limit 15`,
  },
  {
    what: 'a network of 50 hashtags',
    query: '{ hashtagNetwork(minRate: 0) { nodes { posts } edges { source target posts } } }',
    plain: null,
  },
];

/** Queries of hashtags over all streams, uncached, against a plain aggregate over the posts. */
export async function* hashtags(run: Run): AsyncGenerator<Finding> {
  const posts = run.quick ? 200_000 : 5_000_000;
  report(`making ${count(posts)} posts with three hashtags each`);
  const { store, top } = await openTaggedStore(posts, run.keepStores);
  try {
    const api = await openApi(store.db);
    for (const { what, query, plain, mostMs } of questions(top)) {
      report(what);
      const timings = await time(() => api.ask(query), { runs: 9, warmUps: 2, before: () => api.forget(1) });
      const floor =
        plain === null ? null : median(await time(() => store.db.sql.unsafe(plain), { runs: 2, warmUps: 1 }));
      const figure = median(timings);
      yield {
        part: 'hashtags',
        what,
        size: `${count(posts)} posts`,
        figure: `${ms(figure)} (p95 ${ms(percentile(timings, 0.95))})`,
        ...(floor === null ? {} : { floor: `${ms(floor)} plain SQL`, ratio: times(floor / figure) }),
        ...(mostMs === undefined ? {} : { target: `<= ${mostMs} ms`, met: figure <= mostMs }),
      };
      if (run.explain) await explainStatements(what, store.url, async (db) => (await openApi(db)).ask(query));
    }
  } finally {
    await store.close();
  }
}
