import { describe, expect, it } from 'vitest';
import { beginningAt, canJump, filterCount, toPostFilter } from '../../../../web/src/posts/filter.ts';
import { filterChips } from '../../../../web/src/posts/filters/chips.ts';
import { rangeWords } from '../../../../web/src/posts/filters/range-words.ts';
import { allPosts, type PostsView, printPostsView } from '../../../../web/src/posts/search.ts';

const now = Date.parse('2026-11-28T12:00:00Z');
const view: PostsView = {
  ...allPosts,
  zone: 'America/New_York',
  q: 'rent',
  streams: ['QQ=='],
  kinds: ['REPLY'],
  media: false,
  minLikes: 1_000,
  range: { from: '2026-07-01', to: '2026-08-01' },
  weekdays: ['MONDAY'],
  hours: [8],
  own: true,
};

describe('the filter of a view', () => {
  it('has what is set, and nothing else', () => {
    expect(toPostFilter({ ...allPosts, zone: 'Asia/Tokyo' }, now)).toEqual({});
    expect(toPostFilter(view, now)).toEqual({
      search: 'rent',
      streams: ['QQ=='],
      kinds: ['REPLY'],
      hasMedia: false,
      minLikes: 1_000,
      range: { from: '2026-07-01T04:00:00.000Z', to: '2026-08-01T04:00:00.000Z' },
      weekdays: ['MONDAY'],
      hours: [8],
      own: true,
      timeZone: 'America/New_York',
    });
  });

  it('is counted without the search and the order', () => {
    expect(filterCount({ ...allPosts, q: 'x', sort: 'LIKES' })).toBe(0);
    expect(filterCount(view)).toBe(8);
  });
});

describe('a list that begins at a day', () => {
  it('has the day first, in the order of the list', () => {
    expect(beginningAt({}, { ...view, sort: 'NEWEST' }, '2026-07-10')).toEqual({
      range: { to: '2026-07-11T04:00:00.000Z' },
      timeZone: 'America/New_York',
    });
    expect(beginningAt({}, { ...view, sort: 'OLDEST' }, '2026-07-10').range).toEqual({
      from: '2026-07-10T04:00:00.000Z',
    });
  });

  it('stays within the range of the view', () => {
    const filter = toPostFilter(view, now);
    expect(beginningAt(filter, { ...view, sort: 'NEWEST' }, '2027-01-01').range).toEqual(filter.range);
    expect(beginningAt(filter, { ...view, sort: 'OLDEST' }, '2020-01-01').range).toEqual(filter.range);
  });

  it('is one that is sorted by time', () => {
    expect(canJump(view)).toBe(true);
    expect(canJump({ ...view, sort: 'LIKES' })).toBe(false);
  });
});

describe('the chips of filters', () => {
  it('remove one filter each, until none is left', () => {
    let left: PostsView = { ...view, hashtags: ['a', 'b'], mood: 'POSITIVE' };
    const texts: string[] = [];
    for (let chips = filterChips(left, new Map()); chips.length > 0; chips = filterChips(left, new Map())) {
      texts.push(chips[0]?.text ?? '');
      left = { ...left, ...chips[0]?.without };
    }
    expect(texts).toContain('#b');
    expect(texts).toContain('≥ 1,000 likes');
    expect(texts).toHaveLength(11);
    expect(printPostsView({ ...left, zone: allPosts.zone })).toEqual({ q: 'rent' });
  });

  it('show ranges in words', () => {
    const words = (from: string | null, to: string | null) => rangeWords({ from, to }, 'UTC', 'en');
    expect(words('2026-03-01', null)).toBe('since Mar 1, 2026');
    expect(words(null, '2026-03-01')).toBe('until Feb 28, 2026');
    expect(words('2026-07-10', '2026-07-11')).toBe('Jul 10, 2026');
    expect(words('2026-07-10T14:00:00.000Z', '2026-07-10T15:00:00.000Z')).toBe(
      'Jul 10, 2026, 14:00 – Jul 10, 2026, 15:00',
    );
  });
});
