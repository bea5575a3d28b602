import type { Sql, TransactionSql } from 'postgres';
import { announce } from '../db/change-feed.ts';
import { derivationVersion } from '../shared/derivation.ts';
import { storableProfile } from '../ingest/enrich/storable.ts';
import { must } from '../shared/errors.ts';
import type { AccountProfile } from '../shared/post.ts';
import { topicIdentity } from '../shared/topic.ts';
import { findAccount, findTopicStream, identityOf, kindOn } from './find.ts';
import { learnId } from './learn-id.ts';
import { saveProfile } from './profile.ts';
import { refuseOptedOut } from './opt-out-rows.ts';
import { raiseRegistry } from './registry.ts';

/**
 * Returns the stream of an account or channel; creates it when there is none. The platform's id identifies an
 * account. An account stored without an id is found by its handle: it and its posts take the id once a source gives
 * one.
 */
export async function findOrCreateAccount(
  sql: Sql,
  described: AccountProfile,
  options: { readonly demo?: boolean } = {},
): Promise<number> {
  const profile = storableProfile(described);
  return sql.begin(async (tx) => {
    await lockAccount(tx, profile);
    const found = await findAccount(tx, profile);
    if (found === null) {
      const streamId = await insertAccount(tx, profile, options);
      await raiseRegistry(tx);
      return streamId;
    }
    if (profile.platformId !== null) await learnId(tx, found, profile.platformId);
    return found.streamId;
  });
}

/** Returns the stream of a topic; creates it when there is none. The title of a new stream is the query as written. */
export async function findOrCreateTopic(sql: Sql, query: string): Promise<number> {
  const known = await findTopicStream(sql, query);
  if (known !== null) return known;
  return sql.begin(async (tx) => {
    const rows = await tx<{ streamId: number }[]>`
      insert into streams (kind, platform, identity, title, derivation)
      values ('TOPIC', 'X', ${topicIdentity(query)}, ${query}, ${derivationVersion})
      on conflict (kind, platform, identity) do nothing
      returning stream_id as "streamId"`;
    const [made] = rows;
    // Another process has just created it.
    if (made === undefined) return must(await findTopicStream(tx, query), 'the insert conflicted with it');
    announce(tx, { stream: made.streamId, version: 0 });
    await raiseRegistry(tx);
    return made.streamId;
  });
}

/** The stream that an account's posts go to. */
type AccountPlace = {
  readonly streamId: number;
  /**
   * Creates the stream. Call it first in the transaction that writes the first posts, and raise the registry at the
   * end of that transaction. Null when the stream exists.
   */
  readonly make: ((tx: TransactionSql) => Promise<void>) | null;
};

/**
 * Returns the stream of an account, or reserves an id for it. A reserved stream is created with its first posts, so
 * an import without posts leaves nothing behind.
 */
export async function reserveAccount(sql: Sql, described: AccountProfile): Promise<AccountPlace> {
  const profile = storableProfile(described);
  if ((await findAccount(sql, profile)) !== null) {
    return { streamId: await findOrCreateAccount(sql, described), make: null };
  }
  const rows = await sql<{ streamId: number }[]>`
    select nextval(pg_get_serial_sequence('streams', 'stream_id'))::int as "streamId"`;
  const { streamId } = must(rows[0], 'a sequence gives its next value');
  const make = async (tx: TransactionSql) => {
    await lockAccount(tx, profile);
    if ((await findAccount(tx, profile)) !== null) {
      throw new Error(`Another job made the stream of @${profile.handle} meanwhile: try again`);
    }
    await insertAccount(tx, profile, { streamId });
  };
  return { streamId, make };
}

/**
 * Serialises finding and inserting one account. Locks its handle, and its id when that is known: different accounts
 * do not wait for each other.
 */
export async function lockAccount(
  tx: TransactionSql,
  account: Pick<AccountProfile, 'platform' | 'handle' | 'platformId'>,
): Promise<void> {
  const { platform, handle, platformId } = account;
  const lock = (name: string) => tx`pg_advisory_xact_lock(hashtext(${`${platform} ${name}`}))`;
  await tx`select ${lock(handle.toLowerCase())} ${platformId === null ? tx`` : tx`, ${lock(`id:${platformId}`)}`}`;
}

/** Returns the title of an account's stream, as `touch` writes it. */
const titleOf = ({ platform, handle }: AccountProfile) => (platform === 'X' ? `@${handle}` : handle);

type NewStream = {
  /** A reserved id; default: the next one. */
  readonly streamId?: number;
  readonly demo?: boolean;
};

async function insertAccount(
  tx: TransactionSql,
  profile: AccountProfile,
  { streamId, demo = false }: NewStream,
): Promise<number> {
  await refuseOptedOut(tx, profile);
  const id = streamId === undefined ? tx`nextval(pg_get_serial_sequence('streams', 'stream_id'))` : streamId;
  const rows = await tx<{ streamId: number }[]>`
    insert into streams (stream_id, kind, platform, identity, title, demo, derivation) overriding system value
    values (${id}, ${kindOn[profile.platform]}, ${profile.platform}, ${identityOf(profile)}, ${titleOf(profile)}, ${demo},
      ${derivationVersion})
    returning stream_id as "streamId"`;
  const made = must(rows[0], 'an insert returns its row').streamId;
  announce(tx, { stream: made, version: 0 });
  await saveProfile(tx, made, profile);
  return made;
}
