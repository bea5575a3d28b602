import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { enrich } from '../src/ingest/enrich/enrich.ts';
import { scoreEnglish } from '../src/ingest/enrich/sentiment/vader.ts';
import { openArchive } from '../src/providers/x-archive/provider.ts';
import { type NormalisedPost, unknownMetrics } from '../src/shared/post.ts';
import { type SentimentLabel, sentimentLabel } from '../src/shared/sentiment.ts';
import { isoLanguage } from '../src/shared/x-language.ts';

// Accuracy of sentiment and language, and speed of enrichment, on real data: `npx tsx bench/enrich.ts`.
const realData = process.env.REAL_DATA ?? fileURLToPath(new URL('../../shared/data', import.meta.url));

/** The lines of a gzipped file of the real data; null, with a message, when it is missing. */
function linesOf(path: string): string[] | null {
  const file = join(realData, path);
  if (!existsSync(file)) {
    console.log(`SKIPPED ${path}: there is no ${file}; set REAL_DATA`);
    return null;
  }
  return gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
}

function correlation(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [(x[i] as number) - mx, (y[i] as number) - my];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xy / Math.sqrt(xx * yy);
}

type Judged = { readonly truth: SentimentLabel; readonly said: SentimentLabel };

function ratio(part: readonly unknown[], whole: readonly unknown[]): number {
  return part.length / whole.length;
}

function scoresOf(judged: readonly Judged[], label: SentimentLabel) {
  const hits = judged.filter(({ truth, said }) => truth === label && said === label);
  const recall = ratio(
    hits,
    judged.filter(({ truth }) => truth === label),
  );
  const precision = ratio(
    hits,
    judged.filter(({ said }) => said === label),
  );
  return { recall, precision, f1: (2 * precision * recall) / (precision + recall) };
}

function vader(): void {
  const rows = linesOf('sentiment/vader-tweets_GroundTruth.tsv.gz')?.map((line) => line.split('\t'));
  if (rows === undefined) return;
  const scores = rows.map((row) => scoreEnglish(row[2] ?? ''));
  const r = correlation(
    scores,
    rows.map((row) => Number(row[1])),
  );
  console.log(`VADER tweets: ${rows.length} rows, Pearson r = ${r.toFixed(4)}`);
}

function stsGold(): void {
  const rows = linesOf('sentiment/sts_gold_tweet.tsv.gz')?.slice(1);
  if (rows === undefined) return;
  const judged = rows.map((line): Judged => {
    const [, polarity, text] = line.split('\t');
    // Two classes: an exact 0 counts as negative, as 69 % of the rows are.
    return {
      truth: polarity === '4' ? 'POSITIVE' : 'NEGATIVE',
      said: scoreEnglish(text ?? '') > 0 ? 'POSITIVE' : 'NEGATIVE',
    };
  });
  const accuracy = ratio(
    judged.filter(({ truth, said }) => truth === said),
    judged,
  );
  const [positive, negative] = [scoresOf(judged, 'POSITIVE'), scoresOf(judged, 'NEGATIVE')];
  console.log(
    `STS-Gold: ${judged.length} rows, accuracy ${accuracy.toFixed(4)}, F1 positive ${positive.f1.toFixed(4)}, ` +
      `F1 negative ${negative.f1.toFixed(4)}, macro F1 ${((positive.f1 + negative.f1) / 2).toFixed(4)}`,
  );
}

function tweetEval(): void {
  const texts = linesOf('sentiment/tweeteval-sentiment-val_text.txt.gz');
  const labels = linesOf('sentiment/tweeteval-sentiment-val_labels.txt.gz');
  if (texts === null || labels === null) return;
  const names: readonly SentimentLabel[] = ['NEGATIVE', 'NEUTRAL', 'POSITIVE'];
  const judged = texts.map(
    (text, i): Judged => ({
      truth: names[Number(labels[i])] as SentimentLabel,
      said: sentimentLabel(scoreEnglish(text)),
    }),
  );
  const accuracy = ratio(
    judged.filter(({ truth, said }) => truth === said),
    judged,
  );
  const recall = names.reduce((sum, name) => sum + scoresOf(judged, name).recall, 0) / names.length;
  console.log(
    `TweetEval: ${judged.length} rows, 3-class accuracy ${accuracy.toFixed(4)}, macro recall ${recall.toFixed(4)}`,
  );
}

type ArchivedTweet = {
  readonly id_str: string;
  readonly text: string;
  readonly lang: string;
  readonly entities: {
    readonly hashtags: readonly { readonly text: string }[];
    readonly user_mentions: readonly { readonly screen_name: string }[];
    readonly symbols: readonly { readonly text: string }[];
    readonly urls: readonly { readonly expanded_url: string }[];
  };
};

function postOf(tweet: ArchivedTweet): NormalisedPost {
  const { hashtags, user_mentions, symbols, urls } = tweet.entities;
  return {
    platformId: tweet.id_str,
    author: { platformId: null, handle: 'bench', displayName: null, avatarUrl: null },
    own: true,
    kind: tweet.text.startsWith('RT @') ? 'REPOST' : 'ORIGINAL',
    text: tweet.text,
    createdAt: 0,
    language: isoLanguage(tweet.lang),
    metrics: unknownMetrics,
    observedAt: 0,
    entities: {
      hashtags: hashtags.map((tag) => tag.text),
      mentions: user_mentions.map((user) => user.screen_name),
      cashtags: symbols.map((symbol) => symbol.text),
      urls: urls.map((url) => url.expanded_url),
    },
    media: [],
    replyTo: null,
    repostOf: null,
    quoteOf: null,
    client: null,
    chat: null,
    raw: null,
  };
}

/** Runs `work` over all items until a second has passed, five times, and prints the best and the median rate. */
function measure<T>(name: string, items: readonly T[], work: (item: T) => unknown): void {
  for (const item of items.slice(0, 5_000)) work(item);
  const rates = Array.from({ length: 5 }, () => {
    const start = performance.now();
    let done = 0;
    do {
      for (const item of items) work(item);
      done += items.length;
    } while (performance.now() - start < 1_000);
    return (done / (performance.now() - start)) * 1_000;
  }).sort((a, b) => a - b);
  const round = (rate: number | undefined) => Math.round((rate ?? 0) / 100) * 100;
  console.log(`${name}: median ${round(rates[2])}/s, best ${round(rates[4])}/s over ${items.length} posts`);
}

/** The posts of an archive of the real data; empty, with a message, when it is missing. */
async function archivedPosts(path: string, handle: string | null = null): Promise<NormalisedPost[]> {
  const file = join(realData, path);
  if (!existsSync(file)) {
    console.log(`SKIPPED ${path}: there is no ${file}; set REAL_DATA`);
    return [];
  }
  const spoolFolder = mkdtempSync(join(tmpdir(), 'larkstat-bench-'));
  const posts: NormalisedPost[] = [];
  try {
    const archive = await openArchive({ path: file, handle, spoolFolder, pageSize: 5_000 });
    for await (const page of archive.pages(null))
      posts.push(...page.posts.map((tweet) => archive.read(tweet)));
  } finally {
    rmSync(spoolFolder, { recursive: true });
  }
  return posts;
}

const undetected = (post: NormalisedPost): NormalisedPost => ({ ...post, language: undefined });

function reportAgreement(name: string, labelled: readonly NormalisedPost[]): void {
  const agreeing = labelled.filter((post) => enrich(undetected(post)).language === post.language);
  const share = (ratio(agreeing, labelled) * 100).toFixed(2);
  console.log(`language ${name}: ${labelled.length} posts, ${share} % as X says`);
}

/** How often the detected language equals X's, for posts for which X names one. */
async function language(cogdog: readonly NormalisedPost[]): Promise<void> {
  const congress = linesOf('x-tweets/congress-2016-tweets.jsonl.gz') ?? [];
  const rumours = linesOf('x-threads/rumoureval2017-tweets.jsonl.gz') ?? [];
  const posts = [
    ...congress.map((line) => postOf(JSON.parse(line) as ArchivedTweet)),
    ...rumours.map((line) => postOf((JSON.parse(line) as { readonly tweet: ArchivedTweet }).tweet)),
    ...cogdog,
    ...(await archivedPosts('x-archive/andreruffert')),
    ...(await archivedPosts('x-archive/smithjd/data/tweets.js.gz', 'smithjd')),
    ...(await archivedPosts('x-archive/dsajgiouawj')),
    ...(await archivedPosts('x-archive/kglibrarian')),
  ].filter((post) => typeof post.language === 'string');
  if (posts.length === 0) return;
  reportAgreement('of all', posts);
  reportAgreement(
    'but English',
    posts.filter((post) => post.language !== 'en'),
  );
  const byLanguage = new Map<string, NormalisedPost[]>();
  for (const post of posts) {
    const group = byLanguage.get(post.language ?? '');
    if (group === undefined) byLanguage.set(post.language ?? '', [post]);
    else group.push(post);
  }
  const bySize = [...byLanguage].sort(([, a], [, b]) => b.length - a.length);
  for (const [code, group] of bySize.slice(0, 12)) reportAgreement(code, group);
}

function speed(cogdog: readonly NormalisedPost[]): void {
  if (cogdog.length > 0) {
    measure('enrich, an archive, language detected', cogdog.map(undetected), enrich);
    const withLanguage = cogdog.map((post) => ({ ...post, language: post.language ?? 'en' }));
    measure('enrich, an archive, language given', withLanguage, enrich);
  }
  const tweets = linesOf('x-tweets/congress-2016-tweets.jsonl.gz')?.map(
    (line) => JSON.parse(line) as ArchivedTweet,
  );
  if (tweets === undefined) return;
  const posts = tweets.map(postOf);
  const originals = posts.filter((post) => post.kind === 'ORIGINAL');
  measure('VADER alone', originals, (post) => scoreEnglish(post.text));
  measure('enrich, all posts, with entities and language', posts, enrich);
  measure('enrich, no reposts, with entities and language', originals, enrich);
  measure(
    'enrich, no reposts, terms from the text',
    originals.map((post) => ({ ...post, entities: null })),
    enrich,
  );
  measure('enrich, no reposts, language detected', originals.map(undetected), enrich);
}

vader();
stsGold();
tweetEval();
const cogdog = await archivedPosts('x-archive-grailbird/cogdog.zip');
await language(cogdog);
speed(cogdog);
