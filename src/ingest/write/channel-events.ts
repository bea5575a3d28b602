import type { TransactionSql } from 'postgres';
import { type ChannelEvent, isDeletion } from '../../shared/channel-event.ts';
import { toIso } from '../../shared/instant.ts';
import { messageOf, postKey, sentAtOf, timeRange } from '../../shared/post-key.ts';
import type { ProviderName } from '../../shared/post.ts';
import { type Deletion, reachMs, skewMs } from './deletions.ts';
import { authorKey } from './row.ts';
import { apartMs } from './same-message.ts';
import { uuidArray } from './stored.ts';

/**
 * Saves events of a channel and returns the new ones. When two sources report one event with slightly different
 * instants, the first one's instant stays. The caller holds the stream's lock.
 */
export async function saveEvents(
  tx: TransactionSql,
  { streamId, provider }: { readonly streamId: number; readonly provider: ProviderName },
  events: readonly ChannelEvent[],
): Promise<readonly ChannelEvent[]> {
  if (events.length === 0) return [];
  const byKey = new Map(withoutRepeats(events, apartMs(provider)).map((event) => [keyOf(event), event]));
  const rows = [...byKey];
  const columns = [
    uuidArray(rows.map(([key]) => key)),
    rows.map(([, { at }]) => toIso(at)),
    rows.map(([, { kind }]) => kind),
    rows.map(([, { author }]) => (author === null ? null : authorKey(author))),
    rows.map(([, { author }]) => author?.handle ?? null),
    rows.map(([, { author }]) => author?.displayName ?? null),
    rows.map(([, { messageId }]) => messageId),
    rows.map(([, { amount }]) => amount),
    rows.map(([, event]) => event.text),
    uuidArray(rows.map(([, { at }]) => timeRange(at - apartMs(provider))[0])),
    uuidArray(rows.map(([, { at }]) => timeRange(at + apartMs(provider))[1])),
  ];
  // One short range of the primary key for each event.
  const saved = await tx.unsafe<{ id: string }[]>(
    `insert into channel_events (stream_id, event_id, at, kind, author_id, handle, display_name, message_id, amount, text)
     select $1::int, event_id, at, kind, author_id, handle, display_name, message_id, amount, text
     from unnest($2::uuid[], $3::timestamptz[], $4::channel_event_kind[], $5::text[], $6::text[], $7::text[], $8::uuid[],
       $9::int[], $10::text[], $11::uuid[], $12::uuid[])
       as n (event_id, at, kind, author_id, handle, display_name, message_id, amount, text, low, high)
     where not exists (
       select from channel_events e where e.stream_id = $1 and e.event_id between n.low and n.high
         and substr(e.event_id::text, 16) = substr(n.event_id::text, 16))
     on conflict do nothing returning event_id as id`,
    [streamId, ...columns],
  );
  return saved.flatMap(({ id }) => byKey.get(id) ?? []);
}

/** The events without those that repeat an earlier one of the list. */
function withoutRepeats(events: readonly ChannelEvent[], apart: number): readonly ChannelEvent[] {
  const sightings = new Map<string, number[]>();
  return events.filter((event) => {
    const id = messageOf(keyOf(event));
    const before = sightings.get(id) ?? [];
    sightings.set(id, before);
    if (before.some((at) => Math.abs(at - event.at) <= apart)) return false;
    before.push(event.at);
    return true;
  });
}

const keyOf = ({ platformId, at }: ChannelEvent) => postKey('TWITCH', { platformId, createdAt: at });

/** The deletion that an event means; null when it deletes nothing. */
export const toDeletion = (event: ChannelEvent): Deletion | null =>
  isDeletion(event)
    ? {
        at: event.at,
        kind: event.kind,
        messageId: event.messageId,
        authorId: event.author === null ? null : authorKey(event.author),
        handle: event.author?.handle.toLowerCase() ?? null,
      }
    : null;

/** Known deletions that may apply to messages with these keys: a range of the primary key. */
export async function findDeletions(
  tx: TransactionSql,
  streamId: number,
  keys: readonly string[],
): Promise<readonly Deletion[]> {
  const [first, last] = [min(keys), max(keys)];
  if (first === undefined || last === undefined) return [];
  return tx<Deletion[]>`
    select (extract(epoch from at) * 1000)::float8 as at, kind, message_id as "messageId", author_id as "authorId",
      lower(handle) as handle
    from channel_events
    where stream_id = ${streamId} and event_id >= ${timeRange(sentAtOf(first) - skewMs)[0]} and event_id <= ${timeRange(sentAtOf(last) + reachMs)[1]}
      and kind in ('MESSAGE_DELETED', 'TIMEOUT', 'BAN', 'CHAT_CLEARED')`;
}

const min = (keys: readonly string[]) =>
  keys.reduce<string | undefined>((a, b) => (a === undefined || b < a ? b : a), undefined);
const max = (keys: readonly string[]) =>
  keys.reduce<string | undefined>((a, b) => (a === undefined || b > a ? b : a), undefined);

/**
 * Stored messages that deletions remove. A single message, which a channel has once, is looked for from its deletion
 * backwards: most are deleted within seconds, and an hour of a busy channel has a million others. Those of an author are
 * found by posts_chatter. Planned for each channel: a plan for a channel of average size would read all authors, or the
 * whole hour.
 */
export async function findDeleted(
  tx: TransactionSql,
  streamId: number,
  deletions: readonly Deletion[],
): Promise<readonly string[]> {
  if (deletions.length === 0) return [];
  const rows = await tx.unsafe<{ id: string }[]>(
    `select distinct p.post_id as id
     from unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::text[])
       as d (low, high, kind, message_id, author_id, handle), lateral (
       (select post_id from posts
        where d.kind = 'MESSAGE_DELETED' and d.message_id is not null and stream_id = $1 and post_id between d.low and d.high
          -- no index has this condition: posts_platform_id would be read as a whole
          and platform_id is not distinct from d.message_id
        order by post_id desc limit 1)
       union all
       (select post_id from posts
        where d.kind = 'CHAT_CLEARED' and stream_id = $1 and post_id between d.low and d.high offset 0)
       union all
       (select post_id from posts
        where d.kind in ('TIMEOUT', 'BAN') and stream_id = $1 and kind = 'MESSAGE' and post_id between d.low and d.high
          and author_id = any(array[d.author_id, '@' || d.handle] || array(
            select a.author_id from authors a where a.stream_id = $1 and lower(a.handle) = d.handle)) offset 0)) p`,
    [
      streamId,
      uuidArray(deletions.map(({ at }) => timeRange(at - reachMs)[0])),
      uuidArray(deletions.map(({ at, kind }) => timeRange(kind === 'MESSAGE_DELETED' ? at + skewMs : at)[1])),
      deletions.map(({ kind }) => kind),
      deletions.map(({ messageId }) => messageId),
      deletions.map(({ authorId }) => authorId),
      deletions.map(({ handle }) => handle),
    ],
  );
  return rows.map(({ id }) => id);
}
