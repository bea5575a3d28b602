import { describe, expect, test } from 'vitest';
import type { TotalFiguresFragment, TotalsCardFragment } from '../../../../web/gql/graphql.ts';
import { seriesOf, statTabs, tabOf } from '../../../../web/src/stats/totals/metrics.ts';

const figures = (posts: number, rest: Partial<TotalFiguresFragment> = {}): TotalFiguresFragment => ({
  posts,
  likesReceived: 10,
  repostsReceived: 2,
  impressions: 1_000,
  impressionsEstimatedShare: 0.28,
  impressionsPerReaction: 200,
  engagementRate: 0.0225,
  ...rest,
});
const series = {
  starts: ['2026-01-01T00:00:00.000Z'],
  values: [1],
  interval: 'DAY',
  rolling: [null],
} as const;
const stats = (rest: object = {}): TotalsCardFragment =>
  ({
    to: null,
    posts: series,
    likes: series,
    reposts: series,
    impressions: { ...series, estimated: [0.3] },
    rate: series,
    followers: { starts: series.starts, values: [null, 100, null, 120] },
    ...rest,
  }) as unknown as TotalsCardFragment; // safe: the functions read no more than this

describe('the tabs of totals', () => {
  test('include followers on the page of an account, and authors on that of a topic', () => {
    expect(tabOf('FOLLOWERS', true)).toBe('FOLLOWERS');
    expect(tabOf('FOLLOWERS', false)).toBe('POSTS');
    expect(tabOf('AUTHORS', false)).toBe('AUTHORS');
    expect(statTabs(stats(), figures(1), null, 5).at(-1)?.label).toBe('Followers');
    expect(statTabs(stats(), figures(1, { authors: 7 }), null, undefined).at(-1)).toMatchObject({
      label: 'Authors',
      value: 7,
    });
  });

  test('show how much is estimated, and compare rates in points', () => {
    const tabs = statTabs(stats(), figures(150), figures(100, { engagementRate: 0.0195 }), 120);
    const tab = (key: string) => tabs.find((each) => each.key === key);
    expect(tab('POSTS')).toMatchObject({ text: '150', upIsBetter: false, change: { text: '50%' } });
    expect(tab('IMPRESSIONS')?.estimated).toBe('28% est.');
    expect(tab('ENGAGEMENT_RATE')?.change).toMatchObject({ direction: 'up', text: '0.3 pp' });
  });

  test('show nothing for an unknown figure, and no zero', () => {
    const tabs = statTabs(stats(), figures(3, { likesReceived: null, engagementRate: null }), null, null);
    expect(tabs.map(({ text }) => text)).toEqual(['3', '–', '2', '1,000', '–', '–']);
  });

  test('show the last reading of followers in a range that has ended, and the current number in an open one', () => {
    const followers = (rest: object) => statTabs(stats(rest), figures(1), null, 150).at(-1);
    expect(followers({ to: '2026-02-01T00:00:00.000Z' })?.value).toBe(120);
    expect(followers({})?.value).toBe(150);
    const before = { previous: { followers: { values: [80, null] } } };
    expect(followers(before)?.change).toMatchObject({ direction: 'up' });
  });
});

describe('the chart of a metric', () => {
  test('has bars for sums and a line for levels and rates', () => {
    const kinds = (['POSTS', 'LIKES', 'IMPRESSIONS', 'ENGAGEMENT_RATE', 'FOLLOWERS'] as const).map(
      (tab) => seriesOf(stats(), tab).kind,
    );
    expect(kinds).toEqual(['bars', 'bars', 'bars', 'line', 'line']);
  });

  test('leaves unknown values empty, and shows the estimated part apart', () => {
    expect(seriesOf(stats(), 'FOLLOWERS').values).toEqual([null, 100, null, 120]);
    expect(seriesOf(stats(), 'IMPRESSIONS').estimated).toEqual([0.3]);
    expect(seriesOf(stats(), 'POSTS').previous).toBeUndefined();
  });
});
