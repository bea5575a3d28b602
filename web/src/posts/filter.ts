import type { PostFilter } from '../../gql/graphql.ts';
import { addDays } from '../search-params/days.ts';
import { instantOf, toPostsTimeRange } from './range.ts';
import type { PostsView } from './search.ts';

/** Returns the filter in the API's format, without empty parts. */
export function toPostFilter(view: PostsView, now: number): PostFilter {
  const { q, mood, media, minLikes, hours, weekdays, own, zone } = view;
  const range = toPostsTimeRange(view.range, zone, now);
  const lists = {
    streams: view.streams,
    kinds: view.kinds,
    languages: view.languages,
    hashtags: view.hashtags,
    mentions: view.mentions,
    authors: view.authors,
    domains: view.domains,
    emojis: view.emojis,
    clients: view.clients,
    providers: view.providers,
    hours,
    weekdays,
  };
  return {
    ...(q !== '' && { search: q }),
    ...Object.fromEntries(Object.entries(lists).filter(([, items]) => items.length > 0)),
    ...(mood !== null && { sentiment: mood }),
    ...(media !== null && { hasMedia: media }),
    ...(minLikes !== null && { minLikes }),
    ...(own !== null && { own }),
    ...(range !== null && { range }),
    ...((range !== null || hours.length > 0 || weekdays.length > 0) && { timeZone: zone }),
  };
}

/** The orders in which a list can start at a day: those by time. */
export function canJump({ sort }: PostsView): boolean {
  return sort === 'NEWEST' || sort === 'OLDEST';
}

/**
 * Returns the filter for the part of a list that starts at a day, in the order of the list. Its cursors work for the
 * whole list.
 */
export function beginningAt(filter: PostFilter, view: PostsView, day: string): PostFilter {
  const { from = null, to = null } = filter.range ?? {};
  const edge = instantOf(view.sort === 'OLDEST' ? day : addDays(day, 1), view.zone);
  const range =
    view.sort === 'OLDEST'
      ? { from: from !== null && from > edge ? from : edge, ...(to !== null && { to }) }
      : { ...(from !== null && { from }), to: to !== null && to < edge ? to : edge };
  return { ...filter, range, timeZone: view.zone };
}

/** Returns how many kinds of filters are set: the number on a phone's filter button. */
export function filterCount(view: PostsView): number {
  const { q: _q, sort: _sort, zone: _zone, range, ...rest } = view;
  const isSet = (value: unknown) => (Array.isArray(value) ? value.length > 0 : value !== null);
  return Object.values(rest).filter(isSet).length + (range === 'all' ? 0 : 1);
}
