import { describe, expect, it } from 'vitest';
import { parseSearch, stringifySearch } from '../../../../web/src/search-params/address.ts';
import { parseStreamSearch, printStreamView, streamView } from '../../../../web/src/search-params/page.ts';
import { browserZone } from '../../../../web/src/search-params/zone.ts';

describe('the address of a page', () => {
  it('keeps texts as texts, and readable', () => {
    expect(parseSearch('?q=123&s=x:a,x:b')).toEqual({ q: '123', s: 'x:a,x:b' });
    expect(stringifySearch({ s: 'x:a,x:b', zone: 'Asia/Tokyo', step: undefined, q: '' })).toBe(
      '?s=x:a,x:b&zone=Asia/Tokyo',
    );
    expect(stringifySearch({})).toBe('');
  });

  it('falls back for invalid values, and drops other keys', () => {
    expect(
      parseStreamSearch({
        range: 'soon',
        zone: '<x>',
        step: 'eon',
        metric: 'luck',
        vs: 'me',
        year: '26',
        x: 1,
      }),
    ).toEqual({});
  });

  it('leaves the defaults out', () => {
    expect(parseStreamSearch({ range: '1y', zone: browserZone, metric: 'posts', vs: 'before' })).toEqual({});
  });

  it('says the same after it was printed and read', () => {
    const search = {
      range: '2026-01-01..2026-02-01',
      zone: 'Pacific/Chatham',
      step: 'day',
      metric: 'likes',
      vs: 'off',
      year: '2024',
    };
    expect(printStreamView(streamView(parseStreamSearch(parseSearch(stringifySearch(search)))))).toEqual(
      search,
    );
  });

  it('has the defaults in its view', () => {
    expect(streamView({})).toEqual({
      range: '1y',
      zone: browserZone,
      step: 'WEEK',
      metric: 'POSTS',
      vs: 'before',
      year: null,
    });
  });
});
