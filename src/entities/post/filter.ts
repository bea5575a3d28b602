import { builder } from '../../graphql/builder.ts';
import { PostKind, Provider, TimeRange, Weekday } from '../../graphql/inputs.ts';
import { BadInputError } from '../../shared/errors.ts';
import { daysIn } from '../../shared/day-range.ts';
import { qualifiedEmoji } from '../../shared/emoji.ts';
import { foldTerm } from '../../shared/fold.ts';
import { parseHandle } from '../../shared/handle.ts';
import { everything, parseRange } from '../../shared/range.ts';
import { searchQuery } from '../../shared/search-query.ts';
import { weekdays as weekdayNames } from '../../shared/weekday.ts';
import { parseStreamId } from '../stream/query.ts';
import type { ClockConditions } from './clock.ts';
import { SentimentLabel } from './fields.ts';
import type { PostConditions } from './list.ts';

const likeStats = 'As in `topTerms`, reposts have none of their own.';

export const PostFilter = builder.inputType('PostFilter', {
  description: 'All given conditions must hold.',
  fields: (t) => ({
    search: t.string({
      description:
        'Full-text query as people type it: words, "a phrase", -without, or. Finds each word of a text, a link, a ' +
        'hashtag or a handle, whatever its case and width; what is typed without accents finds words with them, too. ' +
        'A part of a word finds nothing, but for scripts that write no spaces. At most 1,000 characters and 500 words.',
    }),
    streams: t.idList({ description: 'Posts of these streams only.' }),
    authors: t.stringList({ description: 'Posts by these handles only, with or without @.' }),
    hashtags: t.stringList({
      description: `Posts with one of these hashtags, with or without #, whatever their case and width. ${likeStats}`,
    }),
    kinds: t.field({ type: [PostKind], description: 'Posts of these kinds only.' }),
    providers: t.field({
      type: [Provider],
      description: 'Posts whose newest figures came from one of these.',
    }),
    languages: t.stringList({ description: 'Posts in one of these languages, as ISO 639-1.' }),
    sentiment: t.field({ type: SentimentLabel, description: 'Only posts with this sentiment.' }),
    hasMedia: t.boolean({ description: 'True: posts with a picture or film only. False: those without.' }),
    minLikes: t.field({ type: 'SafeInt', description: 'Posts known to have at least this many likes.' }),
    mentions: t.stringList({
      description: `Posts that mention one of these accounts, with or without @. ${likeStats}`,
    }),
    domains: t.stringList({
      description: `Posts with a link to one of these hosts, with or without www. ${likeStats}`,
    }),
    emojis: t.stringList({ description: `Posts with one of these emoji. ${likeStats}` }),
    clients: t.stringList({
      description: `Posts posted with one of these apps, named as \`topTerms(kind: CLIENT)\` names them. ${likeStats}`,
    }),
    hours: t.intList({
      description:
        'Posts posted in one of these hours of `timeZone`, 0 to 23; never those of which only the day is known.',
    }),
    weekdays: t.field({
      type: [Weekday],
      description: 'Posts posted on one of these days of the week, in `timeZone`.',
    }),
    range: t.field({ type: TimeRange, description: 'Posts posted in this range.' }),
    timeZone: t.field({
      type: 'TimeZone',
      description:
        'The time zone of days, `hours` and `weekdays`, as in `stats`: a post of which only the day is known is in `range` when that day begins in ' +
        'it. Default: UTC.',
    }),
    own: t.boolean({
      description:
        'True: posts by the account itself, or matches of the topic: those that `Stats` counts. False: posts by others, ' +
        "fetched for conversations. Null: both. Left out, it is true for a stream's `posts`, and null for `Query.posts`.",
    }),
  }),
});

type Filter = (typeof PostFilter)['$inferInput'];

const noConditions: PostConditions = {
  search: null,
  streams: null,
  authors: null,
  hashtags: null,
  kinds: null,
  providers: null,
  languages: null,
  sentiment: null,
  hasMedia: null,
  minLikes: null,
  own: null,
  range: everything,
  days: everything,
  terms: { mentions: null, domains: null, emoji: null },
  clients: null,
  clock: null,
};

/** Names in one list of a filter. */
const namesMax = 200;

/** Each name of a list in the form in which it is stored; null when the list is left out. BAD_INPUT when it is too long. */
function parseNames(
  field: string,
  names: readonly string[] | null | undefined,
  parse: (name: string) => string,
): readonly string[] | null {
  if (names == null) return null;
  if (names.length > namesMax)
    throw new BadInputError(`Too many ${field}: ${names.length}, ${namesMax} allowed`);
  return names.map((name) => parse(name.trim()));
}

function parseClock({ hours, weekdays, timeZone }: Filter): ClockConditions | null {
  if (hours == null && weekdays == null) return null;
  const wrong = hours?.find((hour) => hour < 0 || hour > 23);
  if (wrong !== undefined) throw new BadInputError(`Invalid hour: ${wrong}. Expected 0 to 23`);
  return {
    zone: timeZone ?? 'UTC',
    hours: hours == null ? null : [...new Set(hours)],
    weekdays: weekdays == null ? null : weekdays.map((name) => Object.keys(weekdayNames).indexOf(name) + 1),
  };
}

/** UTF-16 units. */
const searchLengthMax = 1_000;

/** The conditions of a filter; `own` is what holds where it leaves that out. */
export function parseFilter(filter: Filter | null | undefined, own: true | null): PostConditions {
  if (!filter) return { ...noConditions, own };
  if (filter.search?.trim() === '') throw new BadInputError('Empty search: give a word, or leave it out');
  if (filter.search && filter.search.length > searchLengthMax) {
    throw new BadInputError(
      `Search too long: ${filter.search.length} characters, ${searchLengthMax} allowed`,
    );
  }
  const range = parseRange(filter.range);
  return {
    search: filter.search ? searchQuery(filter.search) : null,
    streams: filter.streams?.map(parseStreamId) ?? null,
    authors: parseNames('authors', filter.authors, (handle) => parseHandle(handle).toLowerCase()),
    hashtags: parseNames('hashtags', filter.hashtags, (tag) => foldTerm(tag.replace(/^[#＃]/, ''))),
    kinds: filter.kinds ?? null,
    providers: filter.providers ?? null,
    languages: parseNames('languages', filter.languages, (language) => language.toLowerCase()),
    sentiment: filter.sentiment ?? null,
    hasMedia: filter.hasMedia ?? null,
    minLikes: filter.minLikes ?? null,
    own: filter.own === undefined ? own : filter.own,
    range,
    days: daysIn(filter.timeZone ?? 'UTC', range),
    terms: {
      mentions: parseNames('mentions', filter.mentions, (handle) => parseHandle(handle).toLowerCase()),
      domains: parseNames('domains', filter.domains, (host) => host.toLowerCase().replace(/^www\.(?=.)/, '')),
      emoji: parseNames('emojis', filter.emojis, qualifiedEmoji),
    },
    clients: parseNames('clients', filter.clients, (client) => client),
    clock: parseClock(filter),
  };
}
