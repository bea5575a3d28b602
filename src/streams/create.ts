import type { Sql, TransactionSql } from 'postgres';
import { announce } from '../db/news.ts';
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
 * The stream of an account or a channel, made when it is new. An account is known by the platform's id; one that was known by
 * its handle only is recognised, and takes the id with all its posts, when a source tells it.
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

/** The stream of a topic, made when it is new and then called as the query is written. */
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
    // Another process has just made it.
    if (made === undefined) return must(await findTopicStream(tx, query), 'the insert met it');
    announce(tx, { stream: made.streamId, version: 0 });
    await raiseRegistry(tx);
    return made.streamId;
  });
}

/** Where the posts of an account go. */
type AccountPlace = {
  readonly streamId: number;
  /**
   * Creates the stream, to be called first in the transaction that writes its first posts, which has to raise the
   * registry at its end; null when the stream is there.
   */
  readonly make: ((tx: TransactionSql) => Promise<void>) | null;
};

/** The stream of an account, or the id that it gets with its first posts: nothing is left when none come in. */
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
      throw new Error(`Another job made the stream of @${profile.handle} meanwhile: to be tried again`);
    }
    await insertAccount(tx, profile, { streamId });
  };
  return { streamId, make };
}

/**
 * Serialises the search and the insert of one account, by its handle and by its id when that is known; two different ones
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

/** What a stream is called, as `touch` writes it: an account by its handle, a channel by its login. */
const titleOf = ({ platform, handle }: AccountProfile) => (platform === 'X' ? `@${handle}` : handle);

type NewStream = {
  /** An id that was reserved; not given: the next one. */
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
