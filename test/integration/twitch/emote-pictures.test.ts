import { expect, test } from 'vitest';
import { createAddresses } from '../../../src/media/addresses.ts';
import { findOrCreateAccount } from '../../../src/streams/create.ts';
import { ask, openApp } from '../../support/app.ts';
import { lineOf, takeLines } from '../../support/chat-lines.ts';
import { anAccount } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

let statements = 0;
const db = await openStore({ onStatement: () => statements++ });
const pictures = createAddresses(Buffer.alloc(32, 1));
const app = openApp(db, { pictures });
const withoutMedia = openApp(db);
const start = Date.UTC(2026, 2, 1);
const urlOf = (name: string) => `https://static-cdn.jtvnw.net/emoticons/v2/emotesv2_${name}/default/dark/2.0`;

async function aChannel(login: string, texts: readonly string[], emotes = ['Kappa', 'LUL']) {
  const streamId = await findOrCreateAccount(db.sql, anAccount({ platform: 'TWITCH', handle: login }));
  const lines = texts.map((text, number) =>
    lineOf({ number, login: 'ann', userId: '1', at: start + 60_000 * number, text, emotes }),
  );
  await takeLines(db, streamId, lines);
  return streamId;
}

const listOf = (login: string, args = '', kind = 'EMOTE') =>
  `{ channel(login: "${login}") { stats${args} { topTerms(kind: ${kind}) { term emote { name imageUrl image } } } } }`;

test('an emote in a list has its picture, at the platform and at this server', async () => {
  await aChannel('pictured', ['Kappa Kappa so good', 'LUL', 'Kappa', '!so']);
  const { data, errors } = await ask(app, listOf('pictured'));
  expect(errors).toBeUndefined();
  const emote = (name: string) => {
    const image = pictures.addressOf(urlOf(name));
    return { term: name, emote: { name, imageUrl: urlOf(name), image } };
  };
  expect(data.channel.stats.topTerms).toEqual([emote('Kappa'), emote('LUL')]);
  expect(data.channel.stats.topTerms[0].emote.image).toMatch(/^\/media\//);
  const off = await ask(withoutMedia, listOf('pictured'));
  expect(off.data.channel.stats.topTerms[0].emote).toEqual({
    name: 'Kappa',
    imageUrl: urlOf('Kappa'),
    image: null,
  });
});

test('a term of another kind has no picture', async () => {
  const { data } = await ask(app, listOf('pictured', '', 'COMMAND'));
  expect(data.channel.stats.topTerms).toEqual([{ term: 'so', emote: null }]);
});

test('the picture is that of the newest message of the range', async () => {
  const streamId = await aChannel('changing', ['Kappa', 'quiet', 'Kappa']);
  await db.sql`
    update posts set emotes = '[{"name":"Kappa","imageUrl":"https://cdn.betterttv.net/emote/1/2x"}]'
    where stream_id = ${streamId} and created_at >= ${new Date(start + 120_000)}`;
  const imageOf = async (args: string) => {
    const { data } = await ask(app, listOf('changing', args));
    return data.channel.stats.topTerms[0].emote.imageUrl;
  };
  expect(await imageOf('')).toBe('https://cdn.betterttv.net/emote/1/2x');
  const to = new Date(start + 60_000).toISOString();
  expect(await imageOf(`(range: { to: "${to}" })`)).toBe(urlOf('Kappa'));
});

test('the pictures of many emotes and channels take one statement', async () => {
  for (let n = 0; n < 5; n++) await aChannel(`many${n}`, ['Kappa LUL', 'LUL']);
  const counting = async (first: number, field: string) => {
    statements = 0;
    const { data, errors } = await ask(
      app,
      `{ streams(first: ${first}) { nodes { ... on Channel { stats { topTerms(kind: EMOTE) { term ${field} } } } } } }`,
    );
    expect(errors).toBeUndefined();
    expect(data.streams.nodes).toHaveLength(first);
    return statements;
  };
  const plain = await counting(1, 'count');
  expect(await counting(1, 'emote { imageUrl }')).toBe(plain + 1);
  expect(await counting(5, 'emote { imageUrl }')).toBe(plain + 1);
});
