import { beforeEach, describe, expect, test } from 'vitest';
import { parsePictureUrl } from '../../../../src/media/hosts.ts';
import { openEmoteServices } from '../../../../src/providers/emote-services/open.ts';
import {
  bttvEmote,
  ffzEmote,
  openFakeEmoteServices,
  sevenTvEmote,
} from '../../../support/fake-emote-services.ts';

const fake = await openFakeEmoteServices();
const services = openEmoteServices({ urls: fake.urls, timeoutMs: 5_000 });
const { signal } = new AbortController();
const namesOf = async (...args: [Parameters<typeof services.emotes>[0], string | null]) =>
  (await services.emotes(...args, signal)).map(({ name }) => name);

beforeEach(() => fake.answers.clear());

describe('a service of emotes', () => {
  test('returns the global emotes', async () => {
    fake.answers.set('/bttv/cached/emotes/global', [bttvEmote('54fa', 'FeelsGoodMan')]);
    const sets = { 3: { emoticons: [ffzEmote(1, 'LilZ')] }, 4: { emoticons: [ffzEmote(2, 'OnlySome')] } };
    fake.answers.set('/ffz/set/global', { default_sets: [3], sets });
    fake.answers.set('/7tv/emote-sets/global', { id: '62cd', emotes: [sevenTvEmote('01F6', 'RainTime')] });
    expect(await services.emotes('BTTV', null, signal)).toEqual([
      { name: 'FeelsGoodMan', imageUrl: 'https://cdn.betterttv.net/emote/54fa/2x' },
    ]);
    expect(await services.emotes('FFZ', null, signal)).toEqual([
      { name: 'LilZ', imageUrl: 'https://cdn.frankerfacez.com/emote/1/2' },
    ]);
    expect(await services.emotes('SEVENTV', null, signal)).toEqual([
      { name: 'RainTime', imageUrl: 'https://cdn.7tv.app/emote/01F6/2x.webp' },
    ]);
  });

  test('returns those of a channel, by their names there', async () => {
    fake.answers.set('/bttv/cached/users/twitch/5', {
      channelEmotes: [bttvEmote('a1', 'own')],
      sharedEmotes: [bttvEmote('a2', 'shared'), bttvEmote('a3', 'own')],
    });
    fake.answers.set('/ffz/room/id/5', { room: {}, sets: { 7: { emoticons: [ffzEmote(9, 'zed')] } } });
    fake.answers.set('/7tv/users/twitch/5', {
      emote_set_id: 'S',
      emote_set: { id: 'S', emotes: [sevenTvEmote('x', 'here')] },
    });
    fake.answers.set('/7tv/users/twitch/6', { emote_set_id: 'S6', emote_set: { id: 'S6' } });
    fake.answers.set('/7tv/emote-sets/S6', { id: 'S6', emotes: [sevenTvEmote('y', 'there')] });
    expect(await namesOf('BTTV', '5')).toEqual(['own', 'shared']);
    expect(await namesOf('FFZ', '5')).toEqual(['zed']);
    expect(await namesOf('SEVENTV', '5')).toEqual(['here']);
    expect(await namesOf('SEVENTV', '6')).toEqual(['there']);
  });

  test('returns none for an unknown channel', async () => {
    for (const service of services.names) expect(await namesOf(service, '404')).toEqual([]);
  });

  test('returns only pictures that the server fetches, and names of one word', async () => {
    const odd = ['two words', '', 'x'.repeat(101), 5, null].map((code) => ({ id: 'a', code }));
    fake.answers.set('/bttv/cached/emotes/global', [
      ...odd,
      bttvEmote('../../etc', 'path'),
      bttvEmote('a?b', 'query'),
      null,
      'junk',
      bttvEmote('ok', ':tf:'),
    ]);
    const emotes = await services.emotes('BTTV', null, signal);
    expect(emotes.map(({ name }) => name)).toEqual([':tf:']);
    for (const { imageUrl } of emotes) expect(parsePictureUrl(imageUrl)?.href).toBe(imageUrl);
  });

  test('returns at most 5,000 of a set', async () => {
    fake.answers.set(
      '/bttv/cached/emotes/global',
      Array.from({ length: 6_000 }, (_, n) => bttvEmote(`a${n}`, `emote${n}`)),
    );
    expect(await namesOf('BTTV', null)).toHaveLength(5_000);
  });

  test.each([[500], [429], ['no JSON'], ['{"a":1}'], [`${'['.repeat(200)}${']'.repeat(200)}`]])(
    'that answers with %j fails',
    async (answer) => {
      for (const path of ['/bttv/cached/emotes/global', '/ffz/set/global', '/7tv/emote-sets/global'])
        fake.answers.set(path, answer);
      for (const service of services.names) await expect(namesOf(service, null)).rejects.toThrow();
    },
  );

  test('that is off gets no request', async () => {
    const off = openEmoteServices({ urls: { ...fake.urls, FFZ: null }, timeoutMs: 5_000 });
    expect(off.names).toEqual(['SEVENTV', 'BTTV']);
    fake.asked.length = 0;
    expect(await off.emotes('FFZ', null, signal)).toEqual([]);
    expect(fake.asked).toEqual([]);
  });
});
