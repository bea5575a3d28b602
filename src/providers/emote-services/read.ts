import { z } from 'zod';
import type { NamedEmote } from '../../shared/named-emote.ts';

/** Emotes kept of one set. A 7TV channel may have 1,000. */
const emotesMax = 5_000;

/** An emote is one word. */
const name = z.string().regex(/^\S{1,100}$/u);
const id = z.string().regex(/^[A-Za-z0-9]{1,64}$/);

const bttv = z.object({ id, code: name });
const ffz = z.object({ id: z.number().int().nonnegative(), name });
const sevenTv = z.object({ name, data: z.object({ id }) });

const list = z.array(z.unknown());
const bttvChannel = z.object({ channelEmotes: list, sharedEmotes: list });
const ffzSets = z.object({
  default_sets: z.array(z.number()).nullish(),
  sets: z.record(z.string(), z.object({ emoticons: list })),
});
const sevenTvSet = z.object({ id: z.string(), emotes: list.nullish() });
const sevenTvUser = z.object({
  emote_set_id: id.nullish(),
  emote_set: sevenTvSet.nullish(),
});

/** Reads an answer of BetterTTV, global or for a channel; null when it has another format. */
export function readBttv(json: unknown): readonly NamedEmote[] | null {
  const channel = bttvChannel.safeParse(json).data;
  const all =
    channel === undefined ? list.safeParse(json).data : [...channel.channelEmotes, ...channel.sharedEmotes];
  if (all === undefined) return null;
  return each(all, bttv, ({ code, id }) => ({
    name: code,
    imageUrl: `https://cdn.betterttv.net/emote/${id}/2x`,
  }));
}

/** Reads an answer of FrankerFaceZ: its default sets, or the room of a channel. Null when it has another format. */
export function readFfz(json: unknown): readonly NamedEmote[] | null {
  const answer = ffzSets.safeParse(json).data;
  if (answer === undefined) return null;
  const { default_sets: defaultSets, sets } = answer;
  const shown = Object.entries(sets).filter(([set]) => !defaultSets || defaultSets.includes(Number(set)));
  return each(
    shown.flatMap(([, { emoticons }]) => emoticons),
    ffz,
    ({ id, name }) => ({ name, imageUrl: `https://cdn.frankerfacez.com/emote/${id}/2` }),
  );
}

/** Reads an emote set of 7TV. A channel may give an emote another name than its own. */
export function readSevenTv(json: unknown): readonly NamedEmote[] | null {
  const set = sevenTvSet.safeParse(json).data;
  if (set === undefined) return null;
  return each(set.emotes ?? [], sevenTv, ({ name, data }) => ({
    name,
    imageUrl: `https://cdn.7tv.app/emote/${data.id}/2x.webp`,
  }));
}

/** Reads a channel of 7TV: its emotes, or the id of the set that has them. Null when the answer has another format. */
export function readSevenTvUser(
  json: unknown,
): { readonly emotes: readonly NamedEmote[] } | { readonly setId: string } | null {
  const user = sevenTvUser.safeParse(json).data;
  if (user === undefined) return null;
  if (user.emote_set?.emotes) return { emotes: readSevenTv(user.emote_set) ?? [] };
  return user.emote_set_id ? { setId: user.emote_set_id } : { emotes: [] };
}

/** Skips entries that are not emotes. When two have the same name, the first wins. */
function each<Schema extends z.ZodType>(
  all: readonly unknown[],
  schema: Schema,
  emoteOf: (one: z.infer<Schema>) => NamedEmote,
): readonly NamedEmote[] {
  const byName = new Map<string, NamedEmote>();
  for (const one of all) {
    if (byName.size === emotesMax) break;
    const read = schema.safeParse(one);
    if (!read.success) continue;
    const emote = emoteOf(read.data);
    if (!byName.has(emote.name)) byName.set(emote.name, emote);
  }
  return [...byName.values()];
}
