import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emoteNamesIn, packEmotes, unpackEmotes } from '../../../src/shared/stored-emotes.ts';

const twitch = (id: string) => `https://static-cdn.jtvnw.net/emoticons/v2/${id}/default/dark/2.0`;
const url = fc.oneof(
  fc.string({ maxLength: 8 }).map(twitch),
  fc.constant(null),
  fc.webUrl(),
  fc.constantFrom(twitch(''), 'https://static-cdn.jtvnw.net/emoticons/v2/25/static/light/1.0', ''),
);

test('emotes are read from the store as they were written, except for their places', () => {
  const emote = fc.record({ name: fc.string(), imageUrl: url });
  fc.assert(
    fc.property(fc.array(emote), (emotes) => {
      const placed = emotes.map((each, start) => ({ ...each, start }));
      const packed = packEmotes(placed);
      expect(unpackEmotes(packed === null ? null : JSON.parse(packed))).toEqual(emotes);
    }),
  );
});

test("Twitch's own are stored by their ids, and older rows can be read", () => {
  expect(packEmotes([{ name: 'Kappa', imageUrl: twitch('25') }])).toBe('[{"name":"Kappa","id":"25"}]');
  expect(packEmotes([{ name: 'LULW', imageUrl: null }])).toBe('[{"name":"LULW"}]');
  expect(packEmotes([])).toBeNull();
  const row = [
    { name: 'Kappa', imageUrl: twitch('25') },
    { name: 'LULW', imageUrl: null },
  ];
  expect(unpackEmotes(row)).toEqual(row);
});

test('the names of stored emotes are listed, each as often as it occurs', () => {
  const emotes = packEmotes([
    { name: 'Kappa', imageUrl: null },
    { name: 'LUL', imageUrl: null },
    { name: 'Kappa', imageUrl: null },
  ]);
  expect(emoteNamesIn(emotes ?? '')).toEqual(['Kappa', 'LUL', 'Kappa']);
  expect(emoteNamesIn(emotes ?? '')).toEqual(['Kappa', 'LUL', 'Kappa']);
});
