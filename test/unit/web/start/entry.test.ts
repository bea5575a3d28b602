import { describe, expect, it, test } from 'vitest';
import { type Entry, printEntry, readEntry } from '../../../../web/src/start/entry.ts';

const account = (handle: string): Entry => ({ kind: 'account', handle });
const topic = (query: string): Entry => ({ kind: 'topic', query });
const post = (handle: string | null, id: string): Entry => ({ kind: 'post', handle, id });
const channel = (login: string): Entry => ({ kind: 'channel', login });

describe('what somebody types into the field', () => {
  test.each<[string, readonly Entry[]]>([
    ['', []],
    ['   ', []],
    ['@nasa', [account('nasa')]],
    [' @NASA ', [account('NASA')]],
    ['nasa', [account('nasa'), topic('nasa')]],
    ['climate change', [topic('climate change')]],
    ['  climate \n change ', [topic('climate change')]],
    ['#breaking', [topic('#breaking')]],
    ['from:nasa lang:en', [topic('from:nasa lang:en')]],
    ['@nasa mars', [topic('@nasa mars')]],
    ['a_name_of_21_letters_', [topic('a_name_of_21_letters_')]],
    ['https://x.com/nasa', [account('nasa')]],
    ['x.com/nasa/', [account('nasa')]],
    ['twitter.com/nasa?s=20', [account('nasa')]],
    ['https://mobile.twitter.com/nasa/media', [account('nasa')]],
    ['https://x.com/nasa/status/20', [post('nasa', '20')]],
    ['https://x.com/nasa/status/1234567890123456789/photo/1', [post('nasa', '1234567890123456789')]],
    ['https://twitter.com/nasa/statuses/20', [post('nasa', '20')]],
    ['https://x.com/i/status/20', [post(null, '20')]],
    ['https://x.com/i/web/status/20', [post(null, '20')]],
    ['https://x.com/search?q=climate%20change&f=live', [topic('climate change')]],
    ['https://x.com/hashtag/caf%C3%A9', [topic('#café')]],
    ['https://www.twitch.tv/AdmiralBulldog', [channel('admiralbulldog')]],
    ['twitch.tv/admiralbulldog/videos', [channel('admiralbulldog')]],
  ])('%j is understood', (typed, entries) => {
    expect(readEntry(typed)).toEqual(entries);
  });

  test.each([
    '@naïve',
    '@a_name_of_21_letters_',
    'https://x.com/home',
    'https://x.com/i/lists/1',
    'https://x.com/nasa/status/abc',
    'https://x.com/',
    'https://twitch.tv/',
    'https://example.org/nasa',
    'x'.repeat(513),
  ])('%j is refused with a reason', (typed) => {
    const entries = readEntry(typed);
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ kind: 'refused', why: expect.stringMatching(/\w+ .*\./) });
  });

  it('reads its own output, for random entries', () => {
    const random = seeded(7);
    const letters = 'abcXYZ019_';
    const word = (most: number) =>
      Array.from({ length: 1 + random(most) }, () => letters[random(letters.length)]).join('');
    for (let round = 0; round < 2_000; round += 1) {
      const entry = [
        account(word(20)),
        post(random(3) === 0 ? null : `q${word(10)}`, String(1 + random(1e9))),
        topic(`${word(8)} ${word(8)}`),
        channel(word(20).toLowerCase()),
      ][random(4)] as Entry; // safe: there are four
      expect(readEntry(printEntry(entry))[0]).toEqual(entry);
    }
  });
});

/** Numbers below a bound, the same each time. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
