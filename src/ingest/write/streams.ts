import type { Sql, TransactionSql } from 'postgres';
import { must } from '../../shared/errors.ts';
import type { AccountProfile } from '../../shared/post.ts';
import { topicIdentity } from '../../shared/topic.ts';
import { storableProfile } from '../enrich/storable.ts';
import { saveProfile } from './accounts.ts';
import { raiseVersion } from './changes.ts';
import { unifyOwner } from './owner.ts';

type Tx = Sql | TransactionSql;

/**
 * The stream of an account, made when it is new. An account is known by the platform's id; one that was known by
 * its handle only is recognised, and takes the id with all its posts, when a source tells it.
 */
export async function findOrCreateAccount(
  sql: Sql,
  described: AccountProfile,
  options: { readonly demo?: boolean } = {},
): Promise<number> {
  const profile = storableProfile(described);
  return sql.begin(async (tx) => {
    const byHandle = `handle:${profile.handle.toLowerCase()}`;
    const identity = profile.platformId === null ? byHandle : `id:${profile.platformId}`;
    await lockAccount(tx, profile);
    const found = await findStream(tx, profile, identity, byHandle);
    if (found === null) return createStream(tx, profile, identity, options.demo ?? false);
    if (profile.platformId !== null) await learnId(tx, found, profile, identity);
    return found.streamId;
  });
}

/** The stream of a topic, made when it is new and then called as the query is written. */
export async function findOrCreateTopic(sql: Sql, query: string): Promise<number> {
  // The update changes nothing: without one, a row that is there already would not be returned.
  const rows = await sql<{ streamId: number }[]>`
    insert into streams as s (kind, platform, identity, title)
    values ('TOPIC', 'X', ${topicIdentity(query)}, ${query})
    on conflict (kind, platform, identity) do update set title = s.title
    returning stream_id as "streamId"`;
  return must(rows[0], 'an upsert returns its row').streamId;
}

/** The stream of an account, as `findOrCreateAccount` would find it; null where there is none. */
export async function findAccountStream(sql: Sql, described: AccountProfile): Promise<number | null> {
  const profile = storableProfile(described);
  const byHandle = `handle:${profile.handle.toLowerCase()}`;
  const identity = profile.platformId === null ? byHandle : `id:${profile.platformId}`;
  return (await findStream(sql, profile, identity, byHandle))?.streamId ?? null;
}

/** The stream of a topic; null where there is none. */
export async function findTopicStream(sql: Sql, query: string): Promise<number | null> {
  const rows = await sql<{ streamId: number }[]>`
    select stream_id as "streamId" from streams
    where kind = 'TOPIC' and platform = 'X' and identity = ${topicIdentity(query)}`;
  return rows[0]?.streamId ?? null;
}

/** Where the posts of an account go. */
type AccountPlace = {
  readonly streamId: number;
  /** Creates the stream when there was none; to be called in the transaction that writes its first posts. */
  readonly make: (tx: TransactionSql) => Promise<void>;
};

/** The stream of an account, or the id that it gets with its first posts: nothing is left when none come in. */
export async function reserveAccount(sql: Sql, described: AccountProfile): Promise<AccountPlace> {
  if ((await findAccountStream(sql, described)) !== null) {
    return { streamId: await findOrCreateAccount(sql, described), make: async () => {} };
  }
  const rows = await sql<{ streamId: number }[]>`
    select nextval(pg_get_serial_sequence('streams', 'stream_id'))::int as "streamId"`;
  const { streamId } = must(rows[0], 'a sequence gives its next value');
  return { streamId, make: (tx) => makeReserved(tx, storableProfile(described), streamId) };
}

async function makeReserved(tx: Tx, profile: AccountProfile, streamId: number): Promise<void> {
  const byHandle = `handle:${profile.handle.toLowerCase()}`;
  const identity = profile.platformId === null ? byHandle : `id:${profile.platformId}`;
  await lockAccount(tx, profile);
  if ((await findStream(tx, profile, identity, byHandle)) !== null) {
    throw new Error(`Another job made the stream of @${profile.handle} meanwhile: to be tried again`);
  }
  await tx`
    insert into streams (stream_id, kind, platform, identity, title) overriding system value
    values (${streamId}, 'ACCOUNT', ${profile.platform}, ${identity}, ${`@${profile.handle}`})`;
  await saveProfile(tx, streamId, profile);
}

/** Serialises the search and the insert of one account; two different ones do not wait for each other. */
async function lockAccount(tx: Tx, { platform, handle }: AccountProfile): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtext(${`${platform} ${handle.toLowerCase()}`}))`;
}

type Found = { readonly streamId: number; readonly identity: string };

async function findStream(
  tx: Tx,
  profile: AccountProfile,
  identity: string,
  byHandle: string,
): Promise<Found | null> {
  const rows = await tx<Found[]>`
    select s.stream_id as "streamId", s.identity from streams s
    left join accounts a on a.stream_id = s.stream_id
    where s.kind = 'ACCOUNT' and s.platform = ${profile.platform}
      and (s.identity in (${identity}, ${byHandle})
        or ${profile.platformId === null} and lower(a.handle) = ${profile.handle.toLowerCase()})
    order by s.identity = ${identity} desc, a.observed_at desc nulls last
    limit 1`;
  return rows[0] ?? null;
}

async function createStream(
  tx: Tx,
  profile: AccountProfile,
  identity: string,
  demo: boolean,
): Promise<number> {
  const rows = await tx<{ streamId: number }[]>`
    insert into streams (kind, platform, identity, title, demo)
    values ('ACCOUNT', ${profile.platform}, ${identity}, ${`@${profile.handle}`}, ${demo})
    on conflict (kind, platform, identity) do update set title = excluded.title
    returning stream_id as "streamId"`;
  const { streamId } = must(rows[0], 'an upsert returns its row');
  await saveProfile(tx, streamId, profile);
  return streamId;
}

/** Notes the id of an account, and brings what is kept under its handle over to it. */
async function learnId(
  tx: TransactionSql,
  found: Found,
  profile: AccountProfile,
  identity: string,
): Promise<void> {
  const { streamId } = found;
  const isNew = found.identity !== identity;
  if (isNew) {
    await tx`update streams set identity = ${identity} where stream_id = ${streamId}`;
    await tx`update accounts set platform_id = ${profile.platformId} where stream_id = ${streamId}`;
  }
  const moved = await unifyOwner(tx, streamId);
  if (isNew || moved > 0) await raiseVersion(tx, streamId);
}
