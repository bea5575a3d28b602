import type { Sql, TransactionSql } from 'postgres';
import { storableProfile } from '../ingest/enrich/storable.ts';
import type { AccountProfile, Platform } from '../shared/post.ts';
import type { StreamKind } from '../shared/stream-kind.ts';
import { topicIdentity } from '../shared/topic.ts';

type Tx = Sql | TransactionSql;

/** A stream, and what makes it this one and no other. */
export type Found = { readonly streamId: number; readonly identity: string };

type Known = Pick<AccountProfile, 'platform' | 'platformId' | 'handle'>;

const byHandle = ({ handle }: Known) => `handle:${handle.toLowerCase()}`;

/** What makes an account's stream this one and no other: the platform's id, or the handle while that alone is known. */
export const identityOf = (account: Known): string =>
  account.platformId === null ? byHandle(account) : `id:${account.platformId}`;

/** What an account is a stream of: on Twitch, its channel. */
export const kindOn = { X: 'ACCOUNT', TWITCH: 'CHANNEL' } as const satisfies Record<Platform, StreamKind>;

/** The stream of an account, by its id, else by its handle; null when there is none. Takes no lock. */
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

/** The stream of an account, as `findOrCreateAccount` would find it; null when there is none. */
export async function findAccountStream(sql: Sql, described: AccountProfile): Promise<number | null> {
  return (await findAccount(sql, storableProfile(described)))?.streamId ?? null;
}

/** The stream of a topic; null when there is none. */
export async function findTopicStream(sql: Tx, query: string): Promise<number | null> {
  const rows = await sql<{ streamId: number }[]>`
    select stream_id as "streamId" from streams
    where kind = 'TOPIC' and platform = 'X' and identity = ${topicIdentity(query)}`;
  return rows[0]?.streamId ?? null;
}
