import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  feedCut,
  feedMax,
  noFeed,
  piecesOf,
  release,
  settle,
  takeIn,
  takeOlder,
} from '../../../../web/src/channel/feed/feed.ts';

const message = (number: number) => ({
  id: String(number),
  createdAt: new Date(1_760_000_000_000 + number * 1_000).toISOString(),
});
const messages = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => message(from + index));
const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => Number(id));

describe('a feed', () => {
  it('has each message once, oldest first, in whatever order and however often they arrive', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.array(fc.nat(60)), fc.boolean())), (batches) => {
        let feed: ReturnType<typeof takeIn> = noFeed;
        const all = new Set<number>();
        for (const [numbers, isPaused] of batches) {
          const before = feed.shown;
          feed = takeIn(feed, numbers.map(message), isPaused);
          if (isPaused) expect(feed.shown).toBe(before);
          for (const number of numbers) all.add(number);
        }
        const gone = release(feed);
        expect(ids(gone.shown)).toEqual([...all].sort((a, b) => a - b));
        expect(gone.held).toEqual([]);
      }),
    );
  });

  it('keeps its newest messages only, shown and held', () => {
    const full = takeIn(noFeed, messages(0, feedMax), false);
    expect(full.shown).toHaveLength(feedMax);
    const shown = takeIn(full, messages(feedMax, feedMax + 10), false);
    expect(shown.shown).toHaveLength(feedMax - feedCut);
    expect(shown.shown.at(-1)?.id).toBe(String(feedMax + 9));
    const paused = takeIn(shown, messages(feedMax + 10, 2 * feedMax + 30), true);
    expect(paused.shown).toBe(shown.shown);
    expect(paused.held).toHaveLength(feedMax - feedCut);
    const on = release(paused);
    expect(on.shown).toHaveLength(feedMax - feedCut);
    expect(on.shown.at(-1)?.id).toBe(String(2 * feedMax + 29));
    expect(on.shown).toEqual(paused.held);
  });

  it('stays the same object when nothing new arrives', () => {
    const feed = takeIn(noFeed, messages(0, 3), false);
    expect(takeIn(feed, messages(0, 3), false)).toBe(feed);
    expect(release(feed)).toBe(feed);
  });
});

describe('a feed that is compared with the store', () => {
  const feed = takeIn(noFeed, messages(0, 10), false);
  const all = (...numbers: number[]) => ({ messages: numbers.map(message), older: null });
  const some = (...numbers: number[]) => ({ messages: numbers.map(message), older: 'a cursor' });

  it("loses messages that were deleted within the span of the store's answer, and nothing older or newer", () => {
    expect(ids(settle(feed, some(3, 5, 8), false).shown)).toEqual([0, 1, 2, 3, 5, 8, 9]);
    expect(ids(settle(feed, all(3, 5, 8), false).shown)).toEqual([3, 5, 8, 9]);
  });

  it('gets missed messages', () => {
    const missing = takeIn(noFeed, [0, 2].map(message), false);
    expect(ids(settle(missing, all(0, 1, 2, 3), false).shown)).toEqual([0, 1, 2, 3]);
  });

  it('does not change while it is paused', () => {
    const paused = settle(feed, some(3, 5, 8, 11), true);
    expect(paused.shown).toBe(feed.shown);
    expect(ids(paused.held)).toEqual([11]);
  });

  it('stays the same object when the store has the same', () => {
    const settled = settle(feed, some(4, 5, 6, 7, 8, 9), false);
    expect(settle(settled, some(4, 5, 6, 7, 8, 9), false)).toBe(settled);
    expect(settle(settled, all(), false)).toBe(settled);
  });
});

describe('older messages of a feed', () => {
  const first = settle(noFeed, { messages: messages(50, 60), older: 'before 50' }, false);

  it('are loaded page by page, each once, until there are none', () => {
    expect(first.older).toBe('before 50');
    const second = takeOlder(first, { messages: messages(30, 51), older: 'before 30' }, 'before 50');
    expect(ids(second.shown)).toEqual(ids(messages(30, 60)));
    const last = takeOlder(second, { messages: messages(0, 30), older: null }, 'before 30');
    expect(ids(last.shown)).toEqual(ids(messages(0, 60)));
    expect(last.older).toBeNull();
  });

  it('continue from the oldest one that is shown when the newest are requested again, and while it is paused', () => {
    const second = takeOlder(first, { messages: messages(30, 50), older: 'before 30' }, 'before 50');
    const settled = settle(second, { messages: messages(55, 65), older: 'before 55' }, true);
    expect(settled.older).toBe('before 30');
    expect(ids(settled.held)).toEqual(ids(messages(60, 65)));
    const third = takeOlder(settled, { messages: messages(20, 30), older: 'before 20' }, 'before 30');
    expect(ids(third.shown)).toEqual(ids(messages(20, 60)));
    expect(ids(third.held)).toEqual(ids(messages(60, 65)));
  });

  it('leave no gap: a page that arrives twice, or after the oldest messages were dropped, is ignored', () => {
    const second = takeOlder(first, { messages: messages(30, 50), older: 'before 30' }, 'before 50');
    expect(takeOlder(second, { messages: messages(30, 50), older: 'before 30' }, 'before 50')).toBe(second);
    const cut = takeIn(first, messages(60, 60 + feedMax), false);
    expect(cut.older).toBeNull();
    expect(takeOlder(cut, { messages: messages(30, 50), older: 'before 30' }, 'before 50')).toBe(cut);
  });
});

describe('the pieces of a message', () => {
  it('are its words and the emotes among them', () => {
    expect(piecesOf('Kappa so good  Kappa', [{ name: 'Kappa' }, { name: 'Kappa' }])).toEqual([
      { text: 'Kappa', isEmote: true, image: null },
      { text: ' so good  ', isEmote: false, image: null },
      { text: 'Kappa', isEmote: true, image: null },
    ]);
    expect(piecesOf('Kappas :)', [{ name: ':)' }])).toEqual([
      { text: 'Kappas ', isEmote: false, image: null },
      { text: ':)', isEmote: true, image: null },
    ]);
  });

  it('together are the message', () => {
    const word = fc.constantFrom('Kappa', ':)', 'hi', ' ', '  ', '\u{1F602}', '\n', 'LUL');
    fc.assert(
      fc.property(fc.array(word), fc.subarray(['Kappa', ':)', 'LUL']), (words, names) => {
        const text = words.join('');
        const pieces = piecesOf(
          text,
          names.map((name) => ({ name })),
        );
        expect(pieces.map((piece) => piece.text).join('')).toBe(text);
        expect(pieces.filter(({ isEmote }) => isEmote).every((piece) => names.includes(piece.text))).toBe(
          true,
        );
      }),
    );
  });
});
