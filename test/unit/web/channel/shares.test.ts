import { expect, test } from 'vitest';
import { leftOutOf, sharesOf } from '../../../../web/src/channel/shares-card.tsx';

const part = (messages: number, share: number | null) => ({ messages, share });
const bot = (handle: string, posts: number) => ({ author: { handle }, posts });
const chat = {
  messages: 200,
  chatters: 40,
  arrivals: { newChatters: 10 },
  emoteOnly: part(50, 0.25),
  questions: part(4, 0.02),
  mentions: part(0, 0),
  commands: part(2, 0.01),
  duplicates: part(20, 0.1),
  leftOut: [bot('nightbot', 30), bot('moobot', 4)],
};

test('new chatters are a share of the chatters, all else of the messages', () => {
  expect(sharesOf(chat).map(({ label, count, share }) => [label, count, share])).toEqual([
    ['New chatters', 10, 0.25],
    ['Only emotes', 50, 0.25],
    ['Questions', 4, 0.02],
    ['Mentions', 0, 0],
    ['Commands', 2, 0.01],
    ['Copies', 20, 0.1],
  ]);
  expect(sharesOf({ ...chat, chatters: 0, arrivals: { newChatters: 0 } })[0]?.share).toBeNull();
});

test('the bots that are left out are named, three of many', () => {
  expect(leftOutOf(chat)).toBe('Without 34 messages of bots: nightbot, moobot');
  const many = ['a', 'b', 'c', 'd', 'e'].map((handle) => bot(handle, 1));
  expect(leftOutOf({ leftOut: many })).toBe('Without 5 messages of bots: a, b, c and 2 more');
  expect(leftOutOf({ leftOut: [] })).toBeNull();
});
