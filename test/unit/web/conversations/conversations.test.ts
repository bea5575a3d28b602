import { describe, expect, it } from 'vitest';
import { depthOption } from '../../../../web/src/conversations/depth-option.ts';
import { depthsOf, type Placed } from '../../../../web/src/conversations/depths.ts';
import { chainFilter, orderOf, parseConversationsSearch } from '../../../../web/src/conversations/search.ts';
import { secondsOf } from '../../../../web/src/conversations/seconds-of.ts';

const place = (platformId: string, depth: number | null, parent: string | null) =>
  ({ platformId, depth, parent: parent === null ? null : { platformId: parent } }) as unknown as Placed;

describe('how deep posts of a thread stand', () => {
  it('is what the API says', () => {
    expect(depthsOf([place('a', 0, null), place('b', 1, 'a'), place('c', 2, 'b')])).toEqual([0, 1, 2]);
  });

  it('is counted from the root on when that answers a post that was not collected', () => {
    const thread = [
      place('a', null, null),
      place('b', null, 'a'),
      place('c', null, 'b'),
      place('d', null, 'a'),
    ];
    expect(depthsOf(thread)).toEqual([0, 1, 2, 1]);
  });

  it('goes on over pages', () => {
    const known = new Map<string, number>();
    depthsOf([place('a', null, null), place('b', null, 'a')], known);
    expect(depthsOf([place('c', null, 'b')], known)).toEqual([2]);
  });
});

describe('an address of conversations', () => {
  it('falls back for invalid values', () => {
    expect(parseConversationsSearch({ stream: '<', order: 'best', depth: '0', engagement: '-1' })).toEqual(
      {},
    );
    expect(parseConversationsSearch({ order: 'largest', depth: '5', engagement: '100' })).toEqual({});
  });

  it('keeps what is asked for', () => {
    const search = parseConversationsSearch({
      stream: 'QQ==',
      order: 'deepest',
      depth: '2',
      engagement: '0',
    });
    expect(search).toEqual({ stream: 'QQ==', order: 'deepest', depth: '2', engagement: '0' });
    expect(orderOf(search)).toBe('DEEPEST');
    expect(chainFilter(search)).toEqual({ depth: 2, engagement: 0 });
    expect(chainFilter({})).toEqual({ depth: 5, engagement: 100 });
  });
});

describe('a duration of the API', () => {
  it.each([
    ['PT12S', 12],
    ['PT1H20M', 4_800],
    ['P1DT0.5S', 86_400.5],
    ['P2W', 1_209_600],
    ['P1M', null],
    ['P', null],
    ['PT', null],
    ['12', null],
  ])('%s is %s seconds', (text, seconds) => expect(secondsOf(text)).toBe(seconds));
});

describe('the histogram of depths', () => {
  it('shows one post, and draws nothing for none', () => {
    const option = depthOption([1, 0, 1_000], new Proxy({}, { get: () => '#000000' }) as never, 400) as {
      yAxis: { type: string; startValue: number };
      series: { data: (number | null)[] }[];
    };
    expect(option.yAxis).toMatchObject({ type: 'log', startValue: 0.5 });
    expect(option.series[0]?.data).toEqual([1, null, 1_000]);
  });
});
