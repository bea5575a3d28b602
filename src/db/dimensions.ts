import { chatterMarks } from '../shared/chatter-marks.ts';
import { commandPattern } from '../shared/command.ts';
import { emoteNamesOf } from '../shared/stored-emotes.ts';
import { joinedList } from '../shared/stored-lists.ts';

/**
 * A dimension by which posts are tallied: how SQL reads a post's values of it. The recount uses it, and the stats where
 * they read posts at the ends of a range.
 */
type Source = {
  /** The value, an expression over a row `p` of posts and `from`. */
  readonly value: string;
  /** What is joined to `p` when a post can have several values. */
  readonly from?: string;
  /** The posts that have a value. Most dimensions exclude reposts, since their terms are the original's. */
  readonly where: string;
};

/** A function that returns several rows costs a tenth in the list of a SELECT of what it costs in a join. */
export const list = (column: string, of = `p.${column}`): Source => ({
  value: `unnest(${of})`,
  where: `p.kind <> 'REPOST'`,
});

/** Each dimension with its source. */
export const dimensions = {
  HASHTAG: list('hashtags'),
  MENTION: list('mentions'),
  WORD: list('words', joinedList('words')),
  EMOJI: list('emoji'),
  CASHTAG: list('cashtags'),
  DOMAIN: list('domains'),
  EMOTE: list('emotes', emoteNamesOf('p.emotes', 'distinct')),
  /** The command of a chat message to a bot. */
  COMMAND: {
    value: `lower(substring(p.text from '${commandPattern}'))`,
    where: `p.kind = 'MESSAGE' and p.text ~ '${commandPattern}'`,
  },
  REPLIED_TO: { value: 'p.reply_to', where: `p.kind <> 'REPOST' and p.reply_to is not null` },
  REPOSTED: { value: 'p.repost_of', where: `p.kind = 'REPOST' and p.repost_of is not null` },
  LANGUAGE: { value: 'p.language', where: `p.kind <> 'REPOST' and p.language is not null` },
  CLIENT: { value: 'p.client', where: `p.kind <> 'REPOST' and p.client is not null` },
  AUTHOR: { value: 'p.author_id', where: 'true' },
  /** The marks of each chatter's messages: see `shared/chatter-marks.ts`. */
  CHATTER: {
    value: `mark || ' ' || p.author_id`,
    from: `cross join lateral (values ${Object.entries(chatterMarks)
      .map(([mark, { sql }]) => `('${mark}', (${sql}))`)
      .join(', ')}) as marks (mark, has)`,
    where: `p.kind = 'MESSAGE' and has`,
  },
  PROVIDER: { value: 'p.provider::text', where: 'true' },
  /** A histogram, for medians and percentiles: the value is the engagement. */
  ENGAGEMENT: { value: 'p.engagement::text', where: `p.kind <> 'REPOST' and p.engagement is not null` },
  /** The known metrics of a post, and POSTS for each post. `ingest/write/contributions.ts` has the same list. */
  KNOWN: {
    value: 'figure',
    from: `cross join lateral (values ('POSTS', 0), ('LIKES', p.likes), ('REPOSTS', p.reposts), ('REPLIES', p.replies),
      ('QUOTES', p.quotes), ('BOOKMARKS', p.bookmarks), ('SENTIMENT', p.sentiment), ('ENGAGEMENT', p.engagement),
      ('IMPRESSIONS', case when not p.impressions_estimated then p.impressions end),
      ('ENGAGEMENT_RATE', case when not p.impressions_estimated and p.impressions is not null then p.engagement end)
    ) as figures (figure, known)`,
    where: `p.kind <> 'REPOST' and known is not null`,
  },
} as const satisfies Record<string, Source>;

export type Dimension = keyof typeof dimensions;

/**
 * The dimensions that `chatter_days` tallies by day. Authors are not among them: other columns count the messages of each chatter. Each
 * dimension has a column with the values and their numbers of messages, and a column with the hours in which they were used.
 */
export const dayDimensions = [
  'HASHTAG',
  'MENTION',
  'WORD',
  'EMOJI',
  'CASHTAG',
  'DOMAIN',
  'EMOTE',
  'COMMAND',
  'REPLIED_TO',
  'LANGUAGE',
  'CLIENT',
  'PROVIDER',
] as const satisfies readonly Dimension[];

/** The columns of `chatter_days` with the tallies of a dimension: see `dayTalliesOf`. */
export const dayColumnsOf = (dimension: Dimension): readonly [tally: string, hours: string] => [
  `${dimension.toLowerCase()}_tally`,
  `${dimension.toLowerCase()}_hours`,
];

/**
 * A statement that returns stream_id, author_id, dimension, value, created_at and engagement of each use in the posts
 * that `where` selects. `from`: rows `p` of posts; default: all. `more`: a further column of these. `source`: when these rows have the
 * values already.
 */
export function usesOf(
  dimension: Dimension,
  where: string,
  from = 'posts p',
  more = '',
  source: Source = dimensions[dimension],
): string {
  return `select ${more}${more && ', '}p.stream_id, p.author_id, '${dimension}'::text as dimension, ${source.value} as value, p.created_at, p.engagement
    from ${from} ${source.from ?? ''} where ${where} and p.own and ${source.where}`;
}
