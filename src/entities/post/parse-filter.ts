import { daysIn } from '../../shared/day-range.ts';
import { qualifiedEmoji } from '../../shared/emoji.ts';
import { BadInputError } from '../../shared/errors.ts';
import { foldTerm } from '../../shared/fold.ts';
import { parseHandle } from '../../shared/handle.ts';
import type { PostKind, ProviderName } from '../../shared/post.ts';
import { everything, parseRange } from '../../shared/range.ts';
import { searchQuery } from '../../shared/search-query.ts';
import type { SentimentLabel } from '../../shared/sentiment.ts';
import { type Weekday, weekdays as weekdayNames } from '../../shared/weekday.ts';
import { parseStreamId } from '../stream/global-id.ts';
import type { ClockConditions } from './clock.ts';
import type { PostConditions } from './conditions.ts';

type Given<T> = T | null | undefined;

/** A filter as given: `PostFilter` of the API, or a saved search. */
export type GivenFilter = {
  readonly search?: Given<string>;
  readonly streams?: Given<readonly string[]>;
  readonly authors?: Given<readonly string[]>;
  readonly hashtags?: Given<readonly string[]>;
  readonly kinds?: Given<readonly PostKind[]>;
  readonly providers?: Given<readonly ProviderName[]>;
  readonly languages?: Given<readonly string[]>;
  readonly sentiment?: Given<SentimentLabel>;
  readonly hasMedia?: Given<boolean>;
  readonly minLikes?: Given<number>;
  readonly mentions?: Given<readonly string[]>;
  readonly domains?: Given<readonly string[]>;
  readonly emojis?: Given<readonly string[]>;
  readonly clients?: Given<readonly string[]>;
  readonly hours?: Given<readonly number[]>;
  readonly weekdays?: Given<readonly Weekday[]>;
  readonly range?: Parameters<typeof parseRange>[0];
  readonly timeZone?: Given<string>;
  readonly own?: Given<boolean>;
};

const noConditions: PostConditions = {
  search: null,
  streams: null,
  authors: null,
  authorIds: null,
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

/** The most names in one list of a filter. */
const namesMax = 200;

/** Parses each name of a list to its stored form; null without the list. BAD_INPUT when it is too long. */
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

function parseClock({ hours, weekdays, timeZone }: GivenFilter): ClockConditions | null {
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

/** Returns the conditions of a filter. `own` is the default of the condition with that name. */
export function parseFilter(filter: Given<GivenFilter>, own: true | null): PostConditions {
  if (!filter) return { ...noConditions, own };
  if (filter.search?.trim() === '')
    throw new BadInputError('Empty search: give a word, or leave the search out');
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
    authorIds: null,
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
