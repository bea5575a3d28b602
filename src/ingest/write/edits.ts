import type { TransactionSql } from 'postgres';
import { xKey } from '../../shared/post-key.ts';
import type { Versions } from '../../shared/post.ts';
import type { Source } from './source.ts';
import { uuidArray } from './stored.ts';

/** Most rows in one statement. */
const rowsAtOnce = 20_000;

/**
 * Saves a batch's edits and returns the keys of outdated versions among the posts that the batch contains or mentions.
 * The caller leaves them out of the batch and deletes them from the store. A post stays while its later versions are
 * missing. `ids`: the keys of the batch's posts. The caller holds the stream's lock.
 */
export async function settleEdits(
  tx: TransactionSql,
  { streamId, platform }: Pick<Source, 'streamId' | 'platform'>,
  ids: readonly string[],
  edits: readonly Versions[],
): Promise<ReadonlySet<string>> {
  const outdated = new Set<string>();
  // Chat messages cannot be edited.
  if (platform !== 'X') return outdated;
  const told = firstVersions(edits.map((versions) => versions.map(xKey)));
  await noteVersions(tx, streamId, [...told]);
  // One probe of the primary key; streams without edits need no more.
  const [known] = await tx`select from post_versions where stream_id = ${streamId} limit 1`;
  if (known === undefined) return outdated;
  const concerned = [...new Set([...ids, ...told.keys()])];
  for (let at = 0; at < concerned.length; at += rowsAtOnce) {
    const some = concerned.slice(at, at + rowsAtOnce);
    await noteArrivals(tx, streamId, some, ids);
    for (const id of await findOutdated(tx, streamId, some)) outdated.add(id);
  }
  return outdated;
}

/** Maps each version to the first one. */
function firstVersions(edits: readonly Versions[]): ReadonlyMap<string, string> {
  const firsts = new Map<string, string>();
  for (const versions of edits) {
    // Keys sort by time of posting.
    const first = versions.reduce((a, b) => (a < b ? a : b));
    for (const id of versions) firsts.set(id, min(first, firsts.get(id)));
  }
  return firsts;
}

const min = (a: string, b: string | undefined): string => (b === undefined || a < b ? a : b);

async function noteVersions(
  tx: TransactionSql,
  streamId: number,
  firsts: readonly (readonly [id: string, first: string])[],
): Promise<void> {
  for (let at = 0; at < firsts.length; at += rowsAtOnce) {
    const some = firsts.slice(at, at + rowsAtOnce);
    await tx`
      insert into post_versions as v (stream_id, post_id, first_id)
      select ${streamId}, * from unnest(${some.map(([id]) => id)}::uuid[], ${some.map(([, first]) => first)}::uuid[])
      on conflict (stream_id, post_id) do update set first_id = excluded.first_id where v.first_id > excluded.first_id`;
  }
}

/** Selects all versions of the posts with some ids. */
const postsOf = `first_id = any(array(
  select first_id from post_versions where stream_id = $1 and post_id = any($2::uuid[])))`;

/** Marks the versions that are stored or part of this batch. */
async function noteArrivals(
  tx: TransactionSql,
  streamId: number,
  some: readonly string[],
  ids: readonly string[],
): Promise<void> {
  await tx.unsafe(
    `update post_versions v set came = true
     where stream_id = $1 and not came and ${postsOf} and (post_id = any($3::uuid[])
       or exists (select from posts p where p.stream_id = v.stream_id and p.post_id = v.post_id))`,
    [streamId, uuidArray(some), uuidArray(ids)],
  );
}

async function findOutdated(
  tx: TransactionSql,
  streamId: number,
  some: readonly string[],
): Promise<readonly string[]> {
  const rows = await tx.unsafe<{ id: string }[]>(
    `select post_id as id from post_versions v
     where stream_id = $1 and ${postsOf} and exists (
       select from post_versions later
       where later.stream_id = v.stream_id and later.first_id = v.first_id and later.came and later.post_id > v.post_id)`,
    [streamId, uuidArray(some)],
  );
  return rows.map(({ id }) => id);
}
