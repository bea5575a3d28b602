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
} from '../../../../web/src/channel/feed/feed.ts';

const message = (number: number) => ({
  id: String(number),
  createdAt: new Date(1_760_000_000_000 + number * 1_000).toISOString(),
});
const messages = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => message(from + index));
const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => Number(id));

describe('a feed', () => {
  it('has each message once, oldest first, in whatever order and however often they come', () => {
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

  it('stays the same object when nothing new comes', () => {
    const feed = takeIn(noFeed, messages(0, 3), false);
    expect(takeIn(feed, messages(0, 3), false)).toBe(feed);
    expect(release(feed)).toBe(feed);
  });
});

describe('a feed that is compared with the store', () => {
  const feed = takeIn(noFeed, messages(0, 10), false);

  it('loses what was deleted among what the store tells, and nothing older or newer', () => {
    expect(ids(settle(feed, [3, 5, 8].map(message), false, false).shown)).toEqual([0, 1, 2, 3, 5, 8, 9]);
    expect(ids(settle(feed, [3, 5, 8].map(message), true, false).shown)).toEqual([3, 5, 8, 9]);
  });

  it('gets what it missed', () => {
    const some = takeIn(noFeed, [0, 2].map(message), false);
    expect(ids(settle(some, messages(0, 4), true, false).shown)).toEqual([0, 1, 2, 3]);
  });

  it('keeps still while it is paused', () => {
    const paused = settle(feed, [3, 5, 8, 11].map(message), false, true);
    expect(paused.shown).toBe(feed.shown);
    expect(ids(paused.held)).toEqual([11]);
  });

  it('stays the same object when the store has the same', () => {
    expect(settle(feed, messages(4, 10), false, false)).toBe(feed);
    expect(settle(feed, [], true, false)).toBe(feed);
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

  it('joined are the message', () => {
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
