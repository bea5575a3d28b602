import { describe, expect, it, test } from 'vitest';
import { channelVariables, chatStep, isLogin, lastDayRange } from '../../../../web/src/channel/load.ts';
import { times } from '../../../../web/src/channel/moments-card.tsx';
import { chatTabOf } from '../../../../web/src/channel/tabs.ts';
import { marksOf } from '../../../../web/src/channel/totals-card.tsx';
import { viewOf } from '../../../../web/src/stats/variables.ts';
import { entryOptions } from '../../../../web/src/start/entry-options.ts';

const now = Date.UTC(2026, 0, 15);

describe('the step of a chat', () => {
  test.each([
    [{ from: '2026-01-01', to: '2026-01-02' }, 'MINUTE', 'HOUR'],
    [{ from: '2026-01-01', to: '2026-01-03' }, 'MINUTE', 'DAY'],
    ['7d', 'HOUR', 'DAY'],
    ['30d', 'DAY', 'DAY'],
    ['1y', 'DAY', 'MONTH'],
    ['all', 'MONTH', 'MONTH'],
  ] as const)('of %j is %s, and %s on a phone', (range, wide, narrow) => {
    expect(chatStep(range, 'UTC', false, now)).toBe(wide);
    expect(chatStep(range, 'UTC', true, now)).toBe(narrow);
  });

  test.each([
    [1, 'MINUTE', 'HOUR'],
    [10, 'HOUR', 'DAY'],
    [900, 'MONTH', 'MONTH'],
  ] as const)('of all messages of %i days is %s, and %s on a phone', (span, wide, narrow) => {
    expect(chatStep('all', 'UTC', false, now, span)).toBe(wide);
    expect(chatStep('all', 'UTC', true, now, span)).toBe(narrow);
  });
});

describe('the page of a channel', () => {
  it('opens at the last day with messages when the last year has none', () => {
    expect(lastDayRange('2019-04-30T12:05:18Z', 'UTC', now)).toEqual({
      from: '2019-04-30',
      to: '2019-05-01',
    });
    expect(lastDayRange('2019-04-30T02:05:18Z', 'America/New_York', now)).toEqual({
      from: '2019-04-29',
      to: '2019-04-30',
    });
    expect(lastDayRange('2025-01-15T23:59:59Z', 'UTC', now)).toEqual({
      from: '2025-01-15',
      to: '2025-01-16',
    });
    expect(lastDayRange('2025-01-16T00:00:00Z', 'UTC', now)).toBeNull();
    expect(lastDayRange('2026-01-14T00:00:00Z', 'UTC', now)).toBeNull();
  });

  it('has messages, chatters and mood, and messages for what it does not have', () => {
    expect(chatTabOf('AUTHORS')).toBe('AUTHORS');
    expect(chatTabOf('SENTIMENT')).toBe('SENTIMENT');
    expect(chatTabOf('EMOTES')).toBe('EMOTES');
    expect(chatTabOf('BITS')).toBe('BITS');
    expect(chatTabOf('LIKES')).toBe('POSTS');
  });

  it('asks for chatters over time only when it shows them', () => {
    const asks = (metric: 'POSTS' | 'AUTHORS') =>
      channelVariables('lark', { ...viewOf({}, false, now), metric }, now).above.chatters;
    expect(asks('POSTS')).toBe(false);
    expect(asks('AUTHORS')).toBe(true);
  });

  it('marks the buckets that hold moments, those before the first one nowhere', () => {
    const starts = ['2026-01-01T10:00:00.000Z', '2026-01-01T11:00:00.000Z'];
    const at = (peakAt: string, score = 6.25) => ({ peakAt, score });
    expect([
      ...marksOf(starts, [
        at('2026-01-01T09:59:00Z'),
        at('2026-01-01T10:00:00Z'),
        at('2026-01-01T11:10:00Z'),
        at('2026-01-01T11:50:00Z'),
      ]),
    ]).toEqual([
      [0, 'a moment: 6.25 deviations up'],
      [1, '2 moments'],
    ]);
  });

  it('shows the multiple of the expected, also when next to nothing was expected', () => {
    expect(times({ messages: 40, expected: 6.5 })).toBe('6.2');
    expect(times({ messages: 40, expected: 0.1 })).toBe('40');
  });

  it('is there for what the API takes as a login', () => {
    expect(['a', 'ab_9', 'x'.repeat(25)].every(isLogin)).toBe(true);
    expect(['', 'A', 'a b', 'ä', 'x'.repeat(26)].some(isLogin)).toBe(false);
  });

  it('is where an address of twitch.tv leads from Start', () => {
    expect(entryOptions('https://www.twitch.tv/AdmiralBulldog', [], null)).toEqual({
      options: [
        {
          kind: 'open',
          key: 'channel',
          label: 'twitch.tv/admiralbulldog',
          note: 'channel on Twitch',
          href: '/twitch/admiralbulldog',
        },
      ],
      note: null,
    });
  });
});
