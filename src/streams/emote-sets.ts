import type { Sql } from 'postgres';
import type { EmoteService, NamedEmote } from '../shared/named-emote.ts';
import { toIso } from '../shared/instant.ts';

/** Image URLs of the emotes that a channel's chat may write as plain words, by emote name. */
export type ChannelEmotes = ReadonlyMap<string, string>;

/** The `stream_id` of the sets that all channels share. */
export const everyChannel = 0;

/** Services in rising precedence: 7TV wins. The emotes of a channel win over those that all channels share. */
const precedence = ['FFZ', 'BTTV', 'SEVENTV'];

/** Returns the emotes of a channel as last fetched. Reads two ranges of the primary key, six rows at most. */
export async function loadChannelEmotes(sql: Sql, streamId: number): Promise<ChannelEmotes> {
  const sets = await sql<{ emotes: readonly (readonly [name: string, imageUrl: string])[] }[]>`
    select emotes from emote_sets where stream_id in (${streamId}, ${everyChannel})
    order by stream_id <> ${everyChannel}, array_position(${precedence}::text[], service::text)`;
  // When two sets have the same name, the later one wins.
  return new Map(sets.flatMap(({ emotes }) => emotes));
}

/** Saves a set and replaces the one before. Does nothing when the channel was deleted meanwhile. */
export async function saveEmoteSet(
  sql: Sql,
  streamId: number,
  service: EmoteService,
  { emotes, now }: { readonly emotes: readonly NamedEmote[]; readonly now: number },
): Promise<void> {
  const pairs = emotes.map(({ name, imageUrl }) => [name, imageUrl]);
  await sql`
    insert into emote_sets (stream_id, service, fetched_at, emotes)
    select ${streamId}::int, ${service}::emote_service, ${toIso(now)}::timestamptz, ${sql.json(pairs)}::json
    where ${streamId}::int = ${everyChannel} or exists (select from streams where stream_id = ${streamId} for key share)
    on conflict (stream_id, service) do update set fetched_at = excluded.fetched_at, emotes = excluded.emotes`;
}

/** Returns the sets of these streams that were fetched at or after an instant, each as `streamId service`. */
export async function listFreshSets(
  sql: Sql,
  streamIds: readonly number[],
  since: number,
): Promise<ReadonlySet<string>> {
  const rows = await sql<{ set: string }[]>`
    select stream_id || ' ' || service as set from emote_sets
    where stream_id = any(${[...streamIds]}::int[]) and fetched_at >= ${toIso(since)}`;
  return new Set(rows.map(({ set }) => set));
}
