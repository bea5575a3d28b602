import type { TransactionSql } from 'postgres';
import { messageOf, sentAtOf, timeRange } from '../../shared/post-key.ts';
import type { ProviderName } from '../../shared/post.ts';
import { uuidArray } from './stored.ts';

/**
 * How far apart two sightings of one message or event may place it. EventSub and IRC differ by milliseconds; a log of a
 * recorded broadcast counts from the start of the recording, which is not known exactly.
 */
export const apartMs = (provider: ProviderName): number => (provider === 'TWITCH_LOG' ? 120_000 : 5_000);

/**
 * The same for two sightings by one provider. IRC repeats a message's sending time exactly, so a repeated message gets
 * the same key.
 */
export const apartAgainMs = (provider: ProviderName): number =>
  provider === 'TWITCH_IRC' ? 0 : apartMs(provider);

/**
 * The keys of messages that a channel already has under another instant, by the new key. One range scan of the primary
 * key for each stretch of time that contains keys.
 */
export async function findSameMessages(
  tx: TransactionSql,
  { streamId, provider }: { readonly streamId: number; readonly provider: ProviderName },
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (keys.length === 0) return new Map();
  const byMessage = new Map(keys.map((key) => [messageOf(key), key]));
  const stretches = stretchesOf(keys.map(sentAtOf), apartMs(provider));
  const rows = await tx.unsafe<{ id: string }[]>(
    `select p.post_id as id from unnest($2::uuid[], $3::uuid[]) as r (low, high), lateral (
       select post_id from posts where stream_id = $1 and post_id between r.low and r.high offset 0) p
     where substr(p.post_id::text, 16) = any($4::text[])`,
    [
      streamId,
      uuidArray(stretches.map(([from]) => timeRange(from)[0])),
      uuidArray(stretches.map(([, to]) => timeRange(to)[1])),
      uuidArray([...byMessage.keys()]),
    ],
    { prepare: true },
  );
  const same = new Map<string, string>();
  for (const { id } of rows) {
    const key = byMessage.get(messageOf(id));
    if (key !== undefined && key !== id) same.set(key, id);
  }
  return same;
}

/** The stretches of time within a distance of these instants. */
function stretchesOf(
  instants: readonly number[],
  apart: number,
): readonly (readonly [from: number, to: number])[] {
  const stretches: [number, number][] = [];
  for (const at of instants.toSorted((a, b) => a - b)) {
    const last = stretches.at(-1);
    if (last !== undefined && at - apart <= last[1]) last[1] = at + apart;
    else stretches.push([at - apart, at + apart]);
  }
  return stretches;
}
