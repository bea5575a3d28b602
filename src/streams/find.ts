import type { Sql, TransactionSql } from 'postgres';
import { storableProfile } from '../ingest/enrich/storable.ts';
import type { AccountProfile, Platform } from '../shared/post.ts';
import type { StreamKind } from '../shared/stream-kind.ts';
import { topicIdentity } from '../shared/topic.ts';

type Tx = Sql | TransactionSql;

/** A stream and its identity, which is unique among the streams of its kind and platform. */
export type Found = { readonly streamId: number; readonly identity: string };

type Known = Pick<AccountProfile, 'platform' | 'platformId' | 'handle'>;

const byHandle = ({ handle }: Known) => `handle:${handle.toLowerCase()}`;

/** Returns the identity of an account's stream: the platform's id, or the handle while no id is known. */
export const identityOf = (account: Known): string =>
  account.platformId === null ? byHandle(account) : `id:${account.platformId}`;

/** The kind of stream that an account has, by platform. */
export const kindOn = { X: 'ACCOUNT', TWITCH: 'CHANNEL' } as const satisfies Record<Platform, StreamKind>;

/** Returns the stream of an account, found by its id or else by its handle; null when there is none. Takes no lock. */
export async function findAccount(sql: Tx, account: Known): Promise<Found | null> {
  const identity = identityOf(account);
  const rows = await sql<Found[]>`
    select s.stream_id as "streamId", s.identity from streams s
    left join accounts a on a.stream_id = s.stream_id
    where s.kind = ${kindOn[account.platform]} and s.platform = ${account.platform}
      and (s.identity in (${identity}, ${byHandle(account)})
        or ${account.platformId === null} and lower(a.handle) = ${account.handle.toLowerCase()})
    order by s.identity = ${identity} desc, a.observed_at desc nulls last
    limit 1`;
  return rows[0] ?? null;
}

/** Returns the stream that `findOrCreateAccount` would find; null when there is none. */
export async function findAccountStream(sql: Sql, described: AccountProfile): Promise<number | null> {
  return (await findAccount(sql, storableProfile(described)))?.streamId ?? null;
}

/** Returns the stream of a topic; null when there is none. */
export async function findTopicStream(sql: Tx, query: string): Promise<number | null> {
  const rows = await sql<{ streamId: number }[]>`
    select stream_id as "streamId" from streams
    where kind = 'TOPIC' and platform = 'X' and identity = ${topicIdentity(query)}`;
  return rows[0]?.streamId ?? null;
}
