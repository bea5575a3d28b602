import { expect, test } from 'vitest';
import { joinedList, joinList } from '../../../src/shared/stored-lists.ts';

test('a list is stored as one text with separators', () => {
  expect(joinList('words', ['good', 'game'])).toBe('good game');
  expect(joinList('badges', ['subscriber/12', 'premium/1'])).toBe('subscriber/12,premium/1');
});

test.each([[['two words', 'one']], [['', 'one']], [[]]])(
  '%j could not be read back from a text, and is stored as an array',
  (list) => {
    expect(joinList('words', list)).toBeNull();
  },
);

test('a list is read however it is stored', () => {
  expect(joinedList('badges')).toBe("coalesce(p.badges, string_to_array(p.message_badges, ','))");
});
