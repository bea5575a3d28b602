import { describe, expect, it, vi } from 'vitest';
import type { Colours } from '../../../../web/src/chart/colours.ts';
import { mostNodes, networkOption } from '../../../../web/src/chart/options/network.ts';
import { emptyWindow, minuteAfter } from '../../../../web/src/trending/empty.ts';
import { expectedText, rankMove, timesText } from '../../../../web/src/trending/figures.ts';
import { keepInPlace } from '../../../../web/src/trending/keep-in-place.ts';
import { moodColour } from '../../../../web/src/trending/mood.ts';
import {
  parseTag,
  parseTrendingSearch,
  printTrendingView,
  trendingView,
  windowHolding,
} from '../../../../web/src/trending/search.ts';

describe('the address of Trending', () => {
  it('holds only what is not the default, and reads what it writes', () => {
    expect(parseTrendingSearch({})).toEqual({});
    expect(parseTrendingSearch({ window: 'PT1H', order: 'burst', kind: 'hashtag' })).toEqual({});
    const search = {
      window: 'P7D',
      order: 'count',
      kind: 'word',
      platform: 'x',
      at: '2026-11-28T22:25Z',
      tag: 'fire',
      zone: 'Asia/Tokyo',
    };
    expect(printTrendingView(trendingView(search))).toEqual(search);
  });

  it('reads the valid part of a bad link', () => {
    expect(
      parseTrendingSearch({ window: 'P8D', order: 'x', kind: '', platform: 'y', at: 'soon', tag: 'a b' }),
    ).toEqual({});
  });

  it('takes a hashtag as the API has it', () => {
    expect([parseTag('#OpenData'), parseTag('日本'), parseTag('a-b'), parseTag('')]).toEqual([
      'opendata',
      '日本',
      null,
      null,
    ]);
  });

  it('finds the shortest window that holds an instant', () => {
    const now = Date.UTC(2026, 10, 29, 8);
    expect(windowHolding(now - 1, now)?.value).toBe('PT1M');
    expect(windowHolding(now - 60_000, now)?.value).toBe('PT1M');
    expect(windowHolding(now - 60_001, now)?.value).toBe('PT15M');
    expect(windowHolding(now - 9 * 3_600_000, now)?.value).toBe('P1D');
    expect(windowHolding(now - 8 * 86_400_000, now)).toBeNull();
    expect(windowHolding(now, now)).toBeNull();
  });
});

describe('a row that is held', () => {
  it('stays at its place while the others go around it', () => {
    expect(keepInPlace(['a', 'b', 'c'], ['c', 'b', 'a'], 'a')).toEqual(['a', 'c', 'b']);
    expect(keepInPlace(['a', 'b', 'c'], ['b', 'd', 'c', 'a'], 'c')).toEqual(['b', 'd', 'c', 'a']);
    expect(keepInPlace(['a', 'b', 'c'], ['x', 'y', 'b'], 'b')).toEqual(['x', 'b', 'y']);
  });

  it('goes when it has left the window, and nothing is held without a pointer', () => {
    expect(keepInPlace(['a', 'b'], ['b', 'c'], 'a')).toEqual(['b', 'c']);
    expect(keepInPlace(['a', 'b'], ['b', 'a'], null)).toEqual(['b', 'a']);
  });

  it('keeps every row once, at any order', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const shuffled = (from: number) =>
        ['a', 'b', 'c', 'd', 'e', 'f']
          .map((key, index) => ({ key, at: Math.sin(seed * 97 + index * 31 + from) }))
          .sort((one, other) => one.at - other.at)
          .map(({ key }) => key);
      const shown = shuffled(1);
      const next = shuffled(2).slice(0, 1 + (seed % 6));
      const held = shown[seed % 6] ?? null;
      const order = keepInPlace(shown, next, held);
      expect([...order].sort()).toEqual([...next].sort());
      expect(order.filter((key) => key !== held)).toEqual(next.filter((key) => key !== held));
    }
  });
});

it('the figures of a row say how it moved, and how many times the expected it is', () => {
  expect(rankMove(1, 5)).toEqual({ kind: 'up', by: 4 });
  expect(rankMove(5, 1)).toEqual({ kind: 'down', by: 4 });
  expect(rankMove(2, 2)).toEqual({ kind: 'same' });
  expect(rankMove(3, null)).toEqual({ kind: 'new' });
  expect(timesText(214, 3.1, 'en')).toBe('69×');
  expect(timesText(88, 61, 'en')).toBe('1.4×');
  expect(timesText(5, 0, 'en')).toBe('');
  expect([expectedText(3.14, 'en'), expectedText(61.4, 'en')]).toEqual(['3.1', '61']);
});

it('a mood has the colour of its side of zero, and none when it is not known', () => {
  expect([-0.9, -0.3, -0.1, 0.049, 0.1, 0.3, 0.9, null].map(moodColour)).toEqual([
    'var(--d-3)',
    'var(--d-2)',
    'var(--d-1)',
    'var(--d0)',
    'var(--d1)',
    'var(--d2)',
    'var(--d3)',
    'transparent',
  ]);
});

describe('a window without rows', () => {
  const view = trendingView({ zone: 'UTC' });
  const base = { view, totalCount: 0, endsAt: '2026-11-29T08:00:00.000Z', onChange: vi.fn() };

  it('offers the window that has posts, and the newest posts', () => {
    const onChange = vi.fn();
    const state = emptyWindow({ ...base, newestPostAt: '2026-11-28T22:24:06.817Z', onChange });
    expect(state).toMatchObject({ kind: 'empty', title: 'No hashtag in this window' });
    if (state.kind !== 'empty') throw new Error('it is not empty');
    expect(state.hint).toContain('Nov 28, 2026, 22:24');
    expect(state.offers?.map(({ label }) => label)).toEqual([
      'Show the last day',
      'Show the hour up to the newest post',
    ]);
    for (const offer of state.offers ?? []) offer.onClick();
    expect(onChange.mock.calls.map(([change]) => change)).toEqual([
      { window: expect.objectContaining({ value: 'P1D' }) },
      { at: '2026-11-28T22:25:00.000Z' },
    ]);
  });

  it('offers the other order when hashtags are used as ever', () => {
    expect(emptyWindow({ ...base, totalCount: 3, newestPostAt: null })).toMatchObject({
      title: 'Nothing rises above the usual',
      offers: [{ label: 'Rank by posts' }],
    });
  });

  it('offers nothing without any post', () => {
    expect(emptyWindow({ ...base, newestPostAt: null })).toMatchObject({ title: 'No posts yet' });
    expect(emptyWindow({ ...base, newestPostAt: null })).not.toHaveProperty('offers');
  });

  it('a window up to the next full minute holds the post', () => {
    expect(minuteAfter(Date.UTC(2026, 0, 1))).toBe('2026-01-01T00:01:00.000Z');
    expect(minuteAfter(Date.UTC(2026, 0, 1, 0, 0, 59, 999))).toBe('2026-01-01T00:01:00.000Z');
  });
});

it('the graph of hashtags has 30 nodes at most, and no line to one that is not drawn', () => {
  const colours = new Proxy({} as Colours, { get: (_, name) => String(name) });
  const nodes = Array.from({ length: 40 }, (_, index) => ({
    name: `t${index}`,
    label: `#t${index}`,
    value: 40 - index,
  }));
  const edges = nodes.slice(1).map(({ name }, index) => ({ source: 't0', target: name, rate: index / 40 }));
  const option = networkOption({ nodes, edges, centre: 't0' }, colours, 600) as {
    series: {
      data: { id: string; itemStyle: { color: string } }[];
      edges: { target: string; lineStyle: { width: number } }[];
    }[];
  };
  const [graph] = option.series;
  expect(graph?.data).toHaveLength(mostNodes);
  expect(graph?.data[0]?.itemStyle.color).toBe('c2');
  expect(graph?.edges.map(({ target }) => target)).toEqual(nodes.slice(1, mostNodes).map(({ name }) => name));
  const widths = graph?.edges.map(({ lineStyle }) => lineStyle.width) ?? [];
  expect(widths).toEqual([...widths].sort((a, b) => a - b));
});
