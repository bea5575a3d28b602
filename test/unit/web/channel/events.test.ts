import { expect, test } from 'vitest';
import { eventText, takenAway } from '../../../../web/src/channel/events-card.tsx';
import { wholeViewers } from '../../../../web/src/channel/viewers-card.tsx';

const event = { at: '2026-01-01T20:00:00.000Z', handle: 'bob', displayName: 'Bob', amount: null, text: null };

test.each([
  [{ ...event, kind: 'RAID' as const, amount: 1 }, 'Bob · 1 viewer'],
  [{ ...event, kind: 'RAID' as const, amount: 1_320 }, 'Bob · 1,320 viewers'],
  [{ ...event, kind: 'GIFT' as const, displayName: null, amount: 5 }, 'bob · 5 subscriptions'],
  [{ ...event, kind: 'SUBSCRIPTION' as const, amount: 14, text: 'hi' }, 'Bob · 14 months · hi'],
  [{ ...event, kind: 'CATEGORY' as const, handle: null, displayName: null, text: 'Chess' }, 'Chess'],
  [{ ...event, kind: 'CHAT_CLEARED' as const, handle: null, displayName: null }, 'Cleared'],
])('says who, how much and what was written', (told, text) => {
  expect(eventText(told)).toBe(text);
});

test('the messages that moderators deleted are counted in a line', () => {
  const counts = [
    { kind: 'GIFT' as const, count: 9 },
    { kind: 'MESSAGE_DELETED' as const, count: 1 },
    { kind: 'BAN' as const, count: 12 },
  ];
  expect(takenAway({ eventCounts: counts })).toBe('1 message deleted, 12 bans');
  expect(takenAway({ eventCounts: counts.slice(0, 1) })).toBeNull();
});

test('viewers are whole numbers, and a time without a reading stays a gap', () => {
  expect(wholeViewers([10.4, null, 0, 99.5])).toEqual({ values: [10, null, 0, 100], most: 100 });
  expect(wholeViewers([null, null])).toEqual({ values: [null, null], most: null });
  expect(wholeViewers([0])).toEqual({ values: [0], most: 0 });
});
