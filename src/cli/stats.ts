import { NotFoundError } from '../shared/errors.ts';
import { parseHandle } from '../shared/handle.ts';
import { askStore } from './ask.ts';
import { type Chat, describeChat } from './stats-of-chat.ts';
import { count, countOf, type Environment, type Output, percent, print } from './output.ts';

type BestTime = {
  readonly weekday: string;
  readonly hour: number;
  readonly lift: number;
  readonly low: number;
  readonly high: number;
  readonly enough: boolean;
};

/** The queried fields of the dashboard. */
type Dashboard = {
  readonly title: string;
  readonly displayName: string;
  readonly freshness: { readonly earliestPostAt: string | null; readonly latestPostAt: string | null };
  readonly stats: {
    readonly hourUnknown: number;
    readonly totals: Readonly<Record<string, number | null>>;
    readonly likesKnown: number | null;
    readonly repostsKnown: number | null;
    readonly engagementKnown: number | null;
    readonly impressionsKnown: number | null;
    readonly peakDay: readonly { readonly label: string; readonly posts: number }[];
    readonly topByLikes: readonly {
      readonly text: string;
      readonly metrics: { readonly likes: number | null };
    }[];
    readonly hashtags: readonly { readonly term: string; readonly count: number }[];
    readonly mentions: readonly { readonly term: string; readonly count: number }[];
    readonly words: readonly { readonly term: string; readonly count: number }[];
    readonly sentiment: Readonly<Record<'positive' | 'neutral' | 'negative' | 'unscored', number>> & {
      readonly mean: number | null;
    };
    readonly bestTimes: readonly BestTime[];
  };
};

/** Shows the main numbers of an account, or of a channel when there is no such account, with the API's own queries. */
export async function stats(
  environment: Environment,
  handle: string,
  options: Output & { readonly timeZone: string },
): Promise<void> {
  const variables = { handle: parseHandle(handle), timeZone: options.timeZone };
  const { account } = await askStore<{ account: Dashboard | null }>(environment, 'dashboard', variables);
  if (account === null) {
    const login = variables.handle.toLowerCase();
    const { channel } = await askStore<{ channel: Chat | null }>(environment, 'channel', {
      login,
      timeZone: options.timeZone,
    });
    if (channel === null) throw new NotFoundError(`Nothing was collected of @${variables.handle}`);
    return print(options, channel, describeChat(channel));
  }
  print(options, account, describe(account));
}

/** The share of posts whose figure is known, when only some are. */
function knownShare(known: number | null): string {
  if (known === null || known === 0 || known === 1) return '';
  return ` (known for ${known > 0.99 ? 'over 99 %' : known < 0.01 ? 'under 1 %' : `${Math.round(known * 100)} %`} of the posts)`;
}

/** The share of estimated impressions, and the ratio that was used. */
function estimateOf(totals: Dashboard['stats']['totals']): string {
  const { impressionsEstimatedShare: share, impressionsPerReaction: ratio } = totals;
  return share ? ` (${percent(share)} of them estimated, at ${ratio} per like or repost)` : '';
}

/** MONDAY as people write it. */
const dayName = (weekday: string) => `${weekday.slice(0, 1)}${weekday.slice(1).toLowerCase()}`;

/** The mean with its shares: `+0.21: 45 % positive, 40 % neutral, 15 % negative; 12 posts without a score`. */
function feeling({ mean, positive, neutral, negative, unscored }: Dashboard['stats']['sentiment']): string {
  const rest = unscored === 0 ? [] : [`${countOf(unscored, 'post')} without a score`];
  if (mean === null) return ['unknown', ...rest].join('; ');
  const share = (posts: number) => `${Math.round((posts / (positive + neutral + negative)) * 100)} %`;
  const shares = `${share(positive)} positive, ${share(neutral)} neutral, ${share(negative)} negative`;
  return [`${mean < 0 ? '' : '+'}${mean.toFixed(2)}: ${shares}`, ...rest].join('; ');
}

/** An hour with its lift and the interval of that: `Friday 8:00 (×1.5, 1.3 to 1.7)`. */
function bestTime({ weekday, hour, lift, low, high, enough }: BestTime): string {
  const interval = `×${lift.toFixed(1)}, ${low.toFixed(1)} to ${high.toFixed(1)}`;
  return `${dayName(weekday)} ${hour}:00 (${interval}${enough ? '' : ', not enough posts'})`;
}

function describe({ title, displayName, freshness, stats: found }: Dashboard): readonly string[] {
  const { totals } = found;
  const figure = (value: number | null | undefined) => (value == null ? 'unknown' : count(value));
  const figureOf = (value: number | null | undefined, one: string, many?: string) =>
    value == null ? `unknown ${many ?? `${one}s`}` : countOf(value, one, many);
  const day = (instant: string | null) => instant?.slice(0, 10) ?? 'never';
  const terms = (list: Dashboard['stats']['words'], sigil = '') =>
    list
      .slice(0, 8)
      .map(({ term, count: uses }) => `${sigil}${term} ${count(uses)}`)
      .join(', ') || 'none';
  const lines: (readonly [string, string])[] = [
    [
      'posts',
      `${figure(totals.posts)} from ${day(freshness.earliestPostAt)} to ${day(freshness.latestPostAt)}`,
    ],
    [
      'of these',
      `${figureOf(totals.originals, 'original')}, ${figureOf(totals.replies, 'reply', 'replies')}, ${figureOf(totals.reposts, 'repost')}, ${figureOf(totals.quotes, 'quote')}`,
    ],
    ['active days', figure(totals.activeDays)],
    ...(found.hourUnknown === 0
      ? []
      : [['no hour', `${countOf(found.hourUnknown, 'post')}, of which only the day is known`] as const]),
    ['likes', `${figure(totals.likesReceived)}${knownShare(found.likesKnown)}`],
    ['reposts', `${figure(totals.repostsReceived)}${knownShare(found.repostsKnown)}`],
    ['engagement', `${figure(totals.engagement)}${knownShare(found.engagementKnown)}`],
    [
      'rate',
      totals.engagementRate == null
        ? 'unknown: no post has a number of impressions'
        : `${percent(totals.engagementRate)} of impressions${knownShare(found.impressionsKnown)}`,
    ],
    ['impressions', `${figure(totals.impressions)}${estimateOf(totals)}`],
    ['peak day', found.peakDay.map(({ label, posts }) => `${label}, ${countOf(posts, 'post')}`)[0] ?? 'none'],
    ['best times', found.bestTimes.slice(0, 3).map(bestTime).join(', ') || 'unknown'],
    ['sentiment', feeling(found.sentiment)],
    ['hashtags', terms(found.hashtags, '#')],
    ['mentions', terms(found.mentions, '@')],
    ['words', terms(found.words)],
    [
      'most liked',
      found.topByLikes
        .slice(0, 1)
        .map(
          ({ text, metrics }) =>
            `${figureOf(metrics.likes, 'like')}: ${text.replace(/\s+/g, ' ').slice(0, 100)}`,
        )[0] ?? 'unknown',
    ],
  ];
  return [`${title} (${displayName})`, ...lines.map(([name, value]) => `  ${name.padEnd(12)} ${value}`)];
}
