import type { ChatEmote } from '../../shared/post.ts';
import type { Span } from './spans.ts';

/**
 * The most common emotes of Twitch chats. Each line starts with an emoji of the same feeling; its emotes score like
 * that emoji in `sentiment/emoji-feelings.ts`. `-` starts the emotes without a feeling of their own. The list is chosen
 * by hand: Twitch's global emotes, and emotes of BetterTTV, FrankerFaceZ and 7TV that many channels have. Chats send
 * the latter as plain words without markup, so they are recognised by name. None is an ordinary word.
 */
const table = `
  😂 LUL LULW OMEGALUL KEKW EleGiggle PepeLaugh ICANT 4Head
  🎉 PogChamp PogU POGGERS PagMan HYPERS catJAM KomodoHype gachiHYPER
  😊 HeyGuys VoHiYo KonCha FeelsGoodMan FeelsOkayMan widepeepoHappy peepoHappy AYAYA
  😍 Kreygasm KappaPride
  ❤ bleedPurple
  👍 SeemsGood
  😎 CoolCat
  😏 Kappa Keepo Jebaited KappaHD
  😭 BibleThump PepeHands BabyRage
  😞 FeelsBadMan Sadge peepoSad
  😩 NotLikeThis
  😒 FailFish ResidentSleeper WeirdChamp weirdChamp cmonBruh
  😠 DansGame PJSalt Madge
  😡 SwiftRage
  😨 WutFace monkaS monkaW
  - TriHard Pepega SMOrc TheIlluminati`;

/** Twitch's emote ids, for the picture addresses. */
const ids =
  'Kappa=25 LUL=425618 BibleThump=86 4Head=354 Kreygasm=41 ResidentSleeper=245 NotLikeThis=58765 SeemsGood=64138 ' +
  'WutFace=28087 TriHard=120232 HeyGuys=30259 DansGame=33 SwiftRage=34 PJSalt=36 FailFish=360 BabyRage=22639 ' +
  'EleGiggle=4339 VoHiYo=81274 KappaPride=55338 Keepo=1902 Jebaited=114836 KonCha=160400 cmonBruh=84608 ' +
  'PogChamp=305954156 KappaHD=2867 SMOrc=52 TheIlluminati=145315 bleedPurple=62835 CoolCat=58127';

const pictureOf = (id: string) => `https://static-cdn.jtvnw.net/emoticons/v2/${id}/default/dark/2.0`;

/** By name: the emoji of the same feeling, or null; and the picture, or null when it is unknown. */
const known = readTable();

function readTable() {
  const pictures = new Map(ids.split(' ').map((each) => each.split('=') as [string, string])); // safe: each has one =
  const emotes = new Map<string, { readonly emoji: string | null; readonly imageUrl: string | null }>();
  for (const line of table.trim().split('\n')) {
    const [emoji = '-', ...names] = line.trim().split(' ');
    for (const name of names) {
      const id = pictures.get(name);
      emotes.set(name, {
        emoji: emoji === '-' ? null : emoji,
        imageUrl: id === undefined ? null : pictureOf(id),
      });
    }
  }
  return emotes;
}

/** An emote and its place in the text. */
export type PlacedEmote = ChatEmote & { readonly start: number };

const noEmotes: ReadonlyMap<string, string> = new Map();

/** Most emotes that are kept of one message. */
const emotesMax = 500;
const word = /\S+/g;

/**
 * The emotes of a message in text order: those from its source, and by name the channel's emotes of other services and
 * the common ones. `ofChannel` maps names to pictures. An emote that the source lists without a position matches
 * wherever its name is a whole word.
 */
export function findEmotes(
  text: string,
  listed: readonly ChatEmote[],
  ofChannel: ReadonlyMap<string, string> = noEmotes,
): readonly PlacedEmote[] {
  const placed = new Map<number, PlacedEmote>();
  const named = new Map<string, ChatEmote>();
  for (const emote of listed) {
    if (emote.start === undefined) named.set(emote.name, emote);
    else if (text.startsWith(emote.name, emote.start))
      placed.set(emote.start, { ...emote, start: emote.start });
  }
  for (const { 0: name, index } of text.matchAll(word)) {
    if (placed.size >= emotesMax) break;
    if (placed.has(index)) continue;
    const emote = named.get(name) ?? known.get(name);
    const imageUrl = ofChannel.get(name) ?? emote?.imageUrl;
    if (imageUrl !== undefined) placed.set(index, { name, imageUrl, start: index });
  }
  return [...placed.values()].sort((a, b) => a.start - b.start);
}

/** Emotes as spans of their text. */
export const emoteSpans = (emotes: readonly PlacedEmote[]): readonly Span[] =>
  emotes.map(({ name, start }) => ({ value: name, start, end: start + name.length }));

/**
 * Replaces each emote with an emoji of the same feeling. Only the first use of an emote counts; later uses, and emotes
 * without a feeling, are removed.
 */
export function replaceEmotes(text: string, emotes: readonly PlacedEmote[]): string {
  if (emotes.length === 0) return text;
  const seen = new Set<string>();
  let written = '';
  let from = 0;
  for (const { name, start } of emotes) {
    if (start < from) continue;
    const emoji = seen.has(name) ? null : known.get(name)?.emoji;
    written += `${text.slice(from, start)} ${emoji ?? ''} `;
    seen.add(name);
    from = start + name.length;
  }
  return written + text.slice(from);
}
