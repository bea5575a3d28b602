import type { TransactionSql } from 'postgres';
import { keyRows } from '../../db/key-rows.ts';
import { toIso } from '../../shared/instant.ts';
import { arrayLiteral } from './copy.ts';
import type { Source } from './source.ts';
import { numbersLiteral } from './upsert.ts';

/** An author as a post shows them. */
export type AuthorSeen = {
  readonly authorId: string;
  readonly handle: string;
  readonly displayName: string | null;
  readonly avatarUrl: string | null;
  readonly observedAt: number;
};

/**
 * Saves the posts' authors as last seen. A handle that is replaced by another, or comes after it, is kept among the
 * author's names.
 */
export async function saveAuthors(
  tx: TransactionSql,
  streamId: number,
  authors: readonly AuthorSeen[],
): Promise<void> {
  if (authors.length > 0) await tx.unsafe(ofOneStream, [...columnsOf(authors), streamId], { prepare: true });
}

/** Like `saveAuthors`, for several streams. */
export async function saveAuthorsOf(
  tx: TransactionSql,
  authors: readonly (AuthorSeen & { readonly streamId: number })[],
): Promise<void> {
  if (authors.length === 0) return;
  const streamIds = numbersLiteral(authors.map(({ streamId }) => streamId));
  await tx.unsafe(ofSeveralStreams, [...columnsOf(authors), streamIds], { prepare: true });
}

const columnsOf = (authors: readonly AuthorSeen[]) => [
  arrayLiteral(authors.map((row) => row.authorId)),
  arrayLiteral(authors.map((row) => row.handle)),
  authors.map((row) => row.displayName),
  authors.map((row) => row.avatarUrl),
  numbersLiteral(authors.map((row) => toIso(row.observedAt))),
];

/**
 * `stream`: SQL for the stream of a row `s`. `more`: further columns of these rows, as array parameters with their names.
 */
const statementOf = (
  stream: string,
  more: { readonly types: readonly string[]; readonly names: readonly string[] },
): string => `
  with seen as materialized (select * from ${keyRows(
    ['$1::text[]', '$2::text[]', '$3::text[]', '$4::text[]', '$5::timestamptz[]', ...more.types],
    ['author_id', 'handle', 'display_name', 'avatar_url', 'observed_at', ...more.names],
  )} k), named as (
    insert into author_names as n (stream_id, author_id, handle, seen_at)
    select a.stream_id, a.author_id, case when s.observed_at >= a.observed_at then a.handle else s.handle end,
      least(s.observed_at, a.observed_at)
    from seen s join authors a on a.stream_id = ${stream} and a.author_id = s.author_id
    where lower(a.handle) <> lower(s.handle)
    on conflict (stream_id, author_id, handle) do update set seen_at = greatest(n.seen_at, excluded.seen_at)
  )
  insert into authors as a (stream_id, author_id, handle, display_name, avatar_url, observed_at)
  select ${stream}, s.author_id, s.handle, s.display_name, s.avatar_url, s.observed_at from seen s
  on conflict (stream_id, author_id) do update set
    handle = case when excluded.observed_at >= a.observed_at then excluded.handle else a.handle end,
    display_name = case when excluded.observed_at >= a.observed_at
      then coalesce(excluded.display_name, a.display_name) else coalesce(a.display_name, excluded.display_name) end,
    avatar_url = case when excluded.observed_at >= a.observed_at
      then coalesce(excluded.avatar_url, a.avatar_url) else coalesce(a.avatar_url, excluded.avatar_url) end,
    observed_at = greatest(a.observed_at, excluded.observed_at)
  where (a.*) is distinct from (excluded.*)
    and (excluded.observed_at >= a.observed_at
      or (a.display_name is null and excluded.display_name is not null)
      or (a.avatar_url is null and excluded.avatar_url is not null))`;

const ofOneStream = statementOf('$6::int', { types: [], names: [] });
const ofSeveralStreams = statementOf('s.stream_id', { types: ['$6::int[]'], names: ['stream_id'] });

/**
 * The later sighting of an author, with missing values from the earlier one. `saveAuthors` does the same with stored
 * authors.
 */
export function mergeAuthor(known: AuthorSeen, seen: AuthorSeen): AuthorSeen {
  const [late, early] = seen.observedAt >= known.observedAt ? [seen, known] : [known, seen];
  const { displayName, avatarUrl } = late;
  return {
    ...late,
    displayName: displayName ?? early.displayName,
    avatarUrl: avatarUrl ?? early.avatarUrl,
  };
}

/** Saves authors that the stream may already have; returns whether any answer changes. */
export async function updateAuthors(
  tx: TransactionSql,
  { streamId, platform }: Source,
  authors: readonly AuthorSeen[],
): Promise<boolean> {
  if (authors.length === 0) return false;
  const stored = new Map(
    (
      await findStored(
        tx,
        streamId,
        authors.map((row) => row.authorId),
      )
    ).map((row) => [row.authorId, row]),
  );
  const changes = authors.flatMap((author) => {
    const before = stored.get(author.authorId) ?? null;
    const after = before === null ? author : mergeAuthor(before, author);
    return before !== null && after.observedAt === before.observedAt && sameNames(before, after)
      ? []
      : [{ before, after }];
  });
  await saveAuthors(
    tx,
    streamId,
    changes.map(({ after }) => after),
  );
  const isShown = changes.some(({ before, after }) => before === null || !sameNames(before, after));
  return isShown || (await isLastSeenNow(tx, { streamId, platform }, changes));
}

const sameNames = (a: AuthorSeen, b: AuthorSeen) =>
  a.handle === b.handle && a.displayName === b.displayName && a.avatarUrl === b.avatarUrl;

/** By the primary key. */
async function findStored(
  tx: TransactionSql,
  streamId: number,
  authorIds: string[],
): Promise<readonly AuthorSeen[]> {
  return tx<AuthorSeen[]>`
    select author_id as "authorId", handle, display_name as "displayName", avatar_url as "avatarUrl",
      (extract(epoch from observed_at) * 1000)::float8 as "observedAt"
    from authors where stream_id = ${streamId} and author_id = any(${authorIds})`;
}

/**
 * Whether another stream has another name for one of these authors and saw it more recently. Answers across streams use
 * the name of the stream that saw the author last. One probe of the primary key for each stream and author, and only
 * when the batch changed nothing else.
 */
async function isLastSeenNow(
  tx: TransactionSql,
  { streamId, platform }: Pick<Source, 'streamId' | 'platform'>,
  changes: readonly { readonly before: AuthorSeen | null; readonly after: AuthorSeen }[],
): Promise<boolean> {
  const seen = changes.flatMap(({ before, after }) => (before === null ? [] : [{ ...after, before }]));
  if (seen.length === 0) return false;
  const rows = await tx`
    select /* across streams: an author has one name in their answers */ 1 from unnest(
      ${seen.map((row) => row.authorId)}::text[], ${seen.map((row) => row.handle)}::text[],
      ${seen.map((row) => row.displayName)}::text[], ${seen.map((row) => row.avatarUrl)}::text[],
      ${seen.map((row) => toIso(row.before.observedAt))}::timestamptz[])
      as k (author_id, handle, display_name, avatar_url, seen_before)
    join streams s on s.platform = ${platform} and s.stream_id <> ${streamId}
    join authors a on a.stream_id = s.stream_id and a.author_id = k.author_id
    where a.observed_at >= k.seen_before
      and (a.handle, a.display_name, a.avatar_url) is distinct from (k.handle, k.display_name, k.avatar_url)
    limit 1`;
  return rows.length > 0;
}

/** Merges several authors into one: the id gets what was last seen of any of them. */
export async function mergeAuthors(
  tx: TransactionSql,
  streamId: number,
  keys: string[],
  authorId: string,
): Promise<void> {
  const gone = await findStored(tx, streamId, keys);
  await tx`delete from authors where stream_id = ${streamId} and author_id = any(${keys})`;
  // One at a time, since a statement cannot change the same row twice.
  for (const seen of gone) await saveAuthors(tx, streamId, [{ ...seen, authorId }]);
}
