import { browserZone, parseZone } from '../search-params/zone.ts';
import { type PostsRange, parsePostsRange, printPostsRange } from './range.ts';

/** The kinds of posts, as the API names them. */
export const kinds = ['ORIGINAL', 'REPLY', 'REPOST', 'QUOTE'] as const;
/** The labels of sentiment, as the API names them. */
export const moods = ['POSITIVE', 'NEUTRAL', 'NEGATIVE'] as const;
/** The days of the week, as the API names them, Monday first. */
export const weekdayNames = [
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
  'SUNDAY',
] as const;
/** The orders of a list of posts, as the API names them. RELEVANCE needs a search. */
export const sorts = [
  'NEWEST',
  'OLDEST',
  'LIKES',
  'REPOSTS',
  'REPLIES',
  'ENGAGEMENT',
  'IMPRESSIONS',
  'RELEVANCE',
] as const;
/** The providers, as the API names them. */
export const providers = [
  'X_ARCHIVE',
  'TWITCH_EVENTSUB',
  'TWITCH_IRC',
  'TWITCH_LOG',
  'X_API',
  'X_SCRAPER',
  'SOCIALDATA',
  'SYNTHETIC',
] as const;

/** Which posts are listed, and how: the view of the Posts page. Empty lists and nulls mean no filter. */
export type PostsView = {
  /** Full-text search, as typed. */
  readonly q: string;
  /** Global ids of streams. */
  readonly streams: readonly string[];
  readonly kinds: readonly (typeof kinds)[number][];
  /** As ISO 639-1. */
  readonly languages: readonly string[];
  readonly mood: (typeof moods)[number] | null;
  /** True: with a picture or video. False: without. */
  readonly media: boolean | null;
  readonly minLikes: number | null;
  readonly range: PostsRange;
  readonly hashtags: readonly string[];
  readonly mentions: readonly string[];
  readonly authors: readonly string[];
  readonly domains: readonly string[];
  readonly emojis: readonly string[];
  /** The apps that posted them. */
  readonly clients: readonly string[];
  /** 0 to 23, in the zone. */
  readonly hours: readonly number[];
  /** In the zone. */
  readonly weekdays: readonly (typeof weekdayNames)[number][];
  readonly providers: readonly (typeof providers)[number][];
  /** True: posts that a stream's figures count. False: posts by others, fetched for conversations. */
  readonly own: boolean | null;
  readonly sort: (typeof sorts)[number];
  readonly zone: string;
};

/** The search of the Posts page as in its address; empty filters are absent. */
export type PostsSearch = {
  q?: string;
  streams?: string;
  kind?: string;
  lang?: string;
  mood?: string;
  media?: string;
  minLikes?: string;
  range?: string;
  tags?: string;
  mentions?: string;
  authors?: string;
  domains?: string;
  emojis?: string;
  clients?: string;
  hours?: string;
  days?: string;
  providers?: string;
  own?: string;
  sort?: string;
  zone?: string;
  /** The first day of the list. */
  at?: string;
  /** The post that is open beside the list: `x:1849837218345`. */
  post?: string;
};

/** The view without filters. */
export const allPosts: PostsView = {
  q: '',
  streams: [],
  kinds: [],
  languages: [],
  mood: null,
  media: null,
  minLikes: null,
  range: 'all',
  hashtags: [],
  mentions: [],
  authors: [],
  domains: [],
  emojis: [],
  clients: [],
  hours: [],
  weekdays: [],
  providers: [],
  own: null,
  sort: 'NEWEST',
  zone: browserZone,
};

// Longer lists would make addresses longer than proxies accept.
const mostItems = 50;

/** Reads an address. Unreadable parts are ignored, so that a bad link still works. */
export function postsView(search: Readonly<Record<string, unknown>>): PostsView {
  const text = (name: keyof PostsSearch) => {
    const value = search[name];
    return typeof value === 'string' ? value : '';
  };
  const list = (name: keyof PostsSearch) => splitList(text(name));
  const q = text('q').trim().slice(0, 1_000);
  const sort = named(sorts, text('sort')) ?? 'NEWEST';
  const likes = text('minLikes');
  return {
    q,
    streams: list('streams'),
    kinds: allNamed(kinds, list('kind')),
    languages: list('lang').filter((code) => /^[a-z]{2,3}$/.test(code)),
    mood: named(moods, text('mood')),
    media: yesOrNo(text('media')),
    minLikes: /^\d{1,15}$/.test(likes) && Number(likes) > 0 ? Number(likes) : null,
    range: parsePostsRange(text('range')) ?? 'all',
    hashtags: list('tags'),
    mentions: list('mentions'),
    authors: list('authors'),
    domains: list('domains'),
    emojis: list('emojis'),
    clients: list('clients'),
    hours: list('hours')
      .filter((hour) => /^\d{1,2}$/.test(hour) && Number(hour) < 24)
      .map(Number),
    weekdays: allNamed(weekdayNames, list('days')),
    providers: allNamed(providers, list('providers')),
    own: yesOrNo(text('own')),
    sort: sort === 'RELEVANCE' && q === '' ? 'NEWEST' : sort,
    zone: parseZone(text('zone')) ?? browserZone,
  };
}

/** Writes what `postsView` reads, without empty filters: for links and `navigate`. */
export function printPostsView(view: Partial<PostsView>): PostsSearch {
  const search: PostsSearch = {};
  const put = (name: keyof PostsSearch, value: string) => {
    if (value !== '') search[name] = value;
  };
  const full = { ...allPosts, ...view };
  put('q', full.q);
  put('streams', joinList(full.streams));
  put('kind', joinList(full.kinds).toLowerCase());
  put('lang', joinList(full.languages));
  put('mood', (full.mood ?? '').toLowerCase());
  put('media', printYesOrNo(full.media));
  put('minLikes', full.minLikes === null ? '' : String(full.minLikes));
  put('range', full.range === 'all' ? '' : printPostsRange(full.range));
  put('tags', joinList(full.hashtags));
  put('mentions', joinList(full.mentions));
  put('authors', joinList(full.authors));
  put('domains', joinList(full.domains));
  put('emojis', joinList(full.emojis));
  put('clients', joinList(full.clients));
  put('hours', joinList(full.hours.map(String)));
  put('days', joinList(full.weekdays).toLowerCase());
  put('providers', joinList(full.providers).toLowerCase());
  put('own', printYesOrNo(full.own));
  put('sort', full.sort === 'NEWEST' ? '' : full.sort.toLowerCase());
  put('zone', full.zone === browserZone ? '' : full.zone);
  return search;
}

/** Keeps the valid parts of an address. */
export function parsePostsSearch(raw: Readonly<Record<string, unknown>>): PostsSearch {
  const search = printPostsView(postsView(raw));
  if (typeof raw.at === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(raw.at)) search.at = raw.at;
  if (typeof raw.post === 'string' && /^[a-z]{1,16}:[\w-]{1,64}$/.test(raw.post)) search.post = raw.post;
  return search;
}

/** Joins with commas; a comma in a name, as some apps have, becomes `\,`. */
export function joinList(items: readonly string[]): string {
  return items.map((item) => item.replaceAll(/[\\,]/g, '\\$&')).join(',');
}

/** Splits what `joinList` joined, without empty and duplicate names. */
export function splitList(text: string): string[] {
  const items = text.match(/(?:\\.|[^\\,])+/gsu) ?? [];
  return [...new Set(items.map((item) => item.replaceAll(/\\(.)/gsu, '$1')))].slice(0, mostItems);
}

function named<Name extends string>(names: readonly Name[], text: string): Name | null {
  return names.find((name) => name.toLowerCase() === text) ?? null;
}

function allNamed<Name extends string>(names: readonly Name[], texts: readonly string[]): Name[] {
  return names.filter((name) => texts.includes(name.toLowerCase()));
}

function yesOrNo(text: string): boolean | null {
  return text === 'yes' ? true : text === 'no' ? false : null;
}

function printYesOrNo(value: boolean | null): string {
  return value === null ? '' : value ? 'yes' : 'no';
}
