import { openApi } from './support/api.ts';
import { busyChat, openBusyChat } from './support/busy-chat.ts';
import { count, type Finding, ms, type Run, report } from './support/finding.ts';
import { median, percentile, time } from './support/timings.ts';

const targetMs = 200;

/** Ranges whose ends cut a month, a day, a quarter-hour or a minute. */
const month = '(range: { from: "2026-01-20T10:07:00Z", to: "2026-02-20T17:31:00Z" })';
const year = '(range: { from: "2025-03-11T00:00:00Z", to: "2026-02-17T12:00:00Z" })';
const card =
  'messages chatters arrivals { newChatters } emoteOnly { share } questions { share } mentions { share } commands { share } duplicates { share } leftOut { posts }';

/** Numbers of a chat, each requested alone and uncached. */
const asked = {
  'totals, shares and chatters with bots':
    'chat(bots: true) { messages chatters emoteOnly { share } questions { share } commands { share } mentions { share } }',
  'the same without bots':
    'chat { messages chatters emoteOnly { share } questions { share } commands { share } mentions { share } }',
  duplicates: 'chat { duplicates { share } }',
  arrivals: 'chat { arrivals { newChatters returningChatters } }',
  'arrivals of a range':
    'chat(range: { from: "2026-01-20T10:07:00Z", to: "2026-02-20T17:31:00Z" }) { chatters arrivals { newChatters returningChatters } }',
  retention: 'chat { retention { chatters kept } }',
  'overlap of all time, with itself': `overlap(with: "${busyChat}") { chatters shared }`,
  'overlap of a range, with itself': `overlap(with: "${busyChat}", range: { from: "2026-01-20T10:07:00Z", to: "2026-02-20T17:31:00Z" }) { chatters shared }`,
  'top emotes with their pictures':
    'stats { topTerms(kind: EMOTE, first: 10) { term count emote { imageUrl } } }',
  'a day by the minute':
    'stats(range: { from: "2026-02-10T00:00:00Z", to: "2026-02-11T00:00:00Z" }) { posts: series(interval: MINUTE) { values } emotes: series(metric: EMOTES, interval: MINUTE) { values } bits: series(metric: BITS, interval: MINUTE) { values } mood: series(metric: SENTIMENT, interval: MINUTE) { values } }',
  'two weeks by the minute':
    'stats(range: { from: "2026-02-02T00:00:00Z", to: "2026-02-15T00:00:00Z" }) { series(interval: MINUTE) { values } }',
  'a day of chatters by the minute':
    'stats(range: { from: "2026-02-10T00:00:00Z", to: "2026-02-11T00:00:00Z" }) { series(metric: AUTHORS, interval: MINUTE) { values } }',
  'moments of two weeks':
    'moments(range: { from: "2026-02-02T00:00:00Z", to: "2026-02-16T00:00:00Z" }) { start messages }',
  'chatters by the day': 'stats { series(metric: AUTHORS, interval: DAY) { values } }',
  'chatters by the day in Kathmandu':
    'stats(timeZone: "Asia/Kathmandu") { series(metric: AUTHORS, interval: DAY) { values } }',
  'chatters by the week': 'stats { series(metric: AUTHORS, interval: WEEK) { values } }',
  'chatters by the hour of the week': 'stats { byHourOfWeek(metric: AUTHORS) }',
  'top chatters': 'stats { topAuthors(first: 10) { posts } }',
  timeline: 'events(first: 50) { totalCount nodes { kind } } eventCounts { kind count amount }',
  'the channel over all time':
    'stats { totals { posts authors bits emotes } posts: series(interval: DAY) { values } emotes: series(metric: EMOTES, interval: DAY) { values } topAuthors(first: 10) { posts } topTerms(kind: WORD, first: 20) { count } byHourOfWeek sentiment { mean } }',
  'the card Who and what': `chat { ${card} }`,
  'the card of a month': `chat${month} { ${card} }`,
  'the card of a year': `chat${year} { ${card} }`,
  'top chatters of a month': `stats${month} { topAuthors(first: 10) { posts } }`,
  'top chatters of a year': `stats${year} { topAuthors(first: 10) { posts } }`,
  'top words of a month': `stats${month} { topTerms(kind: WORD, first: 20) { count } }`,
  'top words of a year': `stats${year} { topTerms(kind: WORD, first: 20) { count } }`,
  'top emotes of a month': `stats${month} { topTerms(kind: EMOTE, first: 10) { count } }`,
  'top emotes of a year': `stats${year} { topTerms(kind: EMOTE, first: 10) { count } }`,
  'totals and what is known of a month': `stats${month} { totals { posts authors bits emotes engagementMedian } known(metric: SENTIMENT) providers { posts } }`,
  'top messages by emotes': 'stats { topPosts(by: EMOTES, first: 10) { id } }',
  'top messages by emotes of a month': `stats${month} { topPosts(by: EMOTES, first: 10) { id } }`,
  'top messages by sentiment': 'stats { topPosts(by: SENTIMENT, first: 10) { id } }',
  'top messages by sentiment of a month': `stats${month} { topPosts(by: SENTIMENT, first: 10) { id } }`,
  'top messages by bookmarks, of which no message has any':
    'stats { topPosts(by: BOOKMARKS, first: 10) { id } }',
  'a page of a month and how many there are': `posts(first: 20, filter: { range: { from: "2026-01-20T10:07:00Z", to: "2026-02-20T17:31:00Z" } }) { totalCount nodes { id } }`,
  'the messages of a chatter and how many there are':
    'posts(first: 20, filter: { authors: ["viewer_77"] }) { totalCount nodes { id } }',
} as const;

/** Measures numbers of a chat of BENCH_MESSAGES messages (1,000,000), and the stored bytes per message. */
export async function* chatStats(run: Run): AsyncGenerator<Finding> {
  const messages = Number(process.env.BENCH_MESSAGES ?? (run.quick ? 100_000 : 1_000_000));
  const { store, streamId, login } = await openBusyChat(messages, run.keepStores);
  try {
    const api = await openApi(store.db);
    for (const [what, field] of Object.entries(asked)) {
      report(what);
      const common = {
        part: 'chat-stats',
        what,
        size: `${count(messages)} messages`,
        target: `< ${targetMs} ms`,
      };
      const ask = () => api.ask(`{ channel(login: "${login}") { ${field} } }`, {});
      const refusal = await ask().then(
        () => null,
        (error: Error) => error.message,
      );
      if (refusal !== null) {
        yield { ...common, figure: `refused: ${refusal}`, met: false };
        continue;
      }
      const timings = await time(ask, {
        runs: run.quick ? 5 : 15,
        warmUps: 1,
        before: () => api.forget(streamId),
      });
      const figure = median(timings);
      yield {
        ...common,
        figure: `${ms(figure)} (p95 ${ms(percentile(timings, 0.95))})`,
        met: figure < targetMs,
      };
    }
    yield* sizes(store.db.sql, messages);
  } finally {
    await store.close();
  }
}

const bytesMax = 400;

async function* sizes(sql: Awaited<ReturnType<typeof openBusyChat>>['store']['db']['sql'], messages: number) {
  const rows = await sql<{ name: string; bytes: number }[]>`
    select c.relname as name, (case when c.relkind = 'r' then pg_table_size(c.oid) else pg_relation_size(c.oid) end)::float8 as bytes
    from pg_class c left join pg_index i on i.indexrelid = c.oid
    where c.oid = 'posts'::regclass or i.indrelid = 'posts'::regclass
      or c.oid in ('raw_payloads'::regclass, 'tally_months'::regclass, 'tally_totals'::regclass, 'activity_minutes'::regclass,
        'chatter_days'::regclass)
    order by 2 desc`;
  const ofPosts = rows.filter(({ name }) => name.startsWith('posts'));
  const all = ofPosts.reduce((sum, { bytes }) => sum + bytes, 0) / messages;
  const list = rows.map(({ name, bytes }) => `${name} ${(bytes / messages).toFixed(1)}`).join(', ');
  yield {
    part: 'chat-stats',
    what: 'bytes of a message, with all indexes',
    size: `${count(messages)} messages`,
    figure: all.toFixed(0),
    floor: list,
    target: `< ${bytesMax}`,
    met: all < bytesMax,
  };
}
