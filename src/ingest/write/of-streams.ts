import type { TransactionSql } from 'postgres';
import { isOptedOut } from '../../shared/opt-out.ts';
import { timeRange } from '../../shared/post-key.ts';
import type { TrendChanges } from '../folding/changes.ts';
import { changedDaysOf, dropChatterDays } from '../folding/chatters.ts';
import { dropMonthsOf } from '../folding/months.ts';
import { saveAuthorsOf } from './authors.ts';
import type { RollupDelta } from './contributions.ts';
import { copyTermsOf } from './copy-terms.ts';
import { type Deletion, Deletions, reachMs, skewMs } from './deletions.ts';
import type { NewMessages } from './new-messages.ts';
import { findOptedOut } from './opted-out.ts';
import { insertPostsOf } from './posts.ts';
import { noteProviders } from './provenance.ts';
import { copyRawOf } from './raw.ts';
import { columnsOfActivity, columnsOfMinutes, columnsOfObserved, monthsOf } from './rollups.ts';
import { apartAgainMs, apartMs } from './same-message.ts';
import { uuidArray } from './stored.ts';
import { copyTallyMonths, countValues, insertTallyMonths, tallyMonthsOf, tallyTotalsOf } from './tallies.ts';
import { numbersLiteral, upsertOfStreams } from './upsert.ts';

/**
 * What `commit` does for one stream, by statements that take many: when a hundred channels each have a few new messages
 * a second, the statements of a transaction for each take more time than the messages.
 *
 * The two stay apart. `commit` cannot be this for one stream: it also writes what changes in stored posts (merged rows,
 * their history, buckets that are counted again, the profile), it sends pages of 25 MB piece by piece, and each of its
 * statements names its stream by a parameter, without which a cluster would send it to every node. This cannot be
 * `commit` for each stream: that is what took more time. So this writes only messages that are plainly new, as
 * `findPlain` finds; all others, and all of a cluster, which refuses these statements, go through `commit`. Rows of
 * posts, terms, payloads, parts of months and columns of rollups are made in one place for both.
 */

const streamsOf = (batches: readonly NewMessages[]): string =>
  numbersLiteral(batches.map(({ streamId }) => streamId));

/** The batches that meet the assumptions of `makeNewMessages`. The caller holds the locks of their streams. */
export async function findPlain(
  tx: TransactionSql,
  batches: readonly NewMessages[],
  retainDeleted: boolean,
): Promise<readonly NewMessages[]> {
  const [known, deletions, optedOut] = await Promise.all([
    findKnown(tx, batches),
    retainDeleted ? new Map<number, Deletions>() : findDeletionsOf(tx, batches),
    findOptedOut(
      tx,
      batches.flatMap(({ incoming }) => incoming.authors()),
    ),
  ]);
  return batches.filter(({ streamId, incoming }) => {
    if (known.has(streamId)) return false;
    const gone = deletions.get(streamId);
    const isGone = incoming.select(
      (post) =>
        gone?.cover(post) === true || (post.author !== undefined && isOptedOut(optedOut, post.author)),
    );
    return isGone.size === 0;
  });
}

/**
 * The streams that already have one of the messages, under the same key or with another instant. A range of the primary
 * key for each stream: for a chat read only over IRC the range holds just repeated messages, for others the messages of
 * ten seconds.
 */
async function findKnown(tx: TransactionSql, batches: readonly NewMessages[]): Promise<ReadonlySet<number>> {
  const rows = await tx.unsafe<{ streamId: number }[]>(
    `with m as materialized (select unnest($4::text[]) as message)
     select distinct p.stream_id as "streamId"
     from (
       select r.stream_id, case when others then low else again_low end as low, case when others then high else again_high end as high
       from unnest($1::int[], $2::uuid[], $3::uuid[], $5::uuid[], $6::uuid[], $7::text[])
         as r (stream_id, low, high, again_low, again_high, provider), lateral (
         select exists (select from stream_providers s where s.stream_id = r.stream_id and s.provider::text <> r.provider) as others) o
       offset 0) r, lateral (
       select p.stream_id, substr(p.post_id::text, 16) as message from posts p
       where p.stream_id = r.stream_id and p.post_id between r.low and r.high offset 0) p
     join m on m.message = p.message`,
    [
      streamsOf(batches),
      ...rangesOf(batches, apartMs),
      `{${batches.flatMap(({ messages }) => messages).join(',')}}`,
      ...rangesOf(batches, apartAgainMs),
      `{${batches.map(({ provider }) => provider).join(',')}}`,
    ],
    { prepare: true },
  );
  return new Set(rows.map(({ streamId }) => streamId));
}

/**
 * The lowest and highest key for each batch, widened by the distance at which two sightings may be the same message.
 */
const rangesOf = (batches: readonly NewMessages[], apart: typeof apartMs): readonly [string, string] => [
  uuidArray(batches.map(({ first, provider }) => timeRange(first - apart(provider))[0])),
  uuidArray(batches.map(({ last, provider }) => timeRange(last + apart(provider))[1])),
];

/** Known deletions that may apply to the messages, by stream. A range of the primary key for each. */
async function findDeletionsOf(
  tx: TransactionSql,
  batches: readonly NewMessages[],
): Promise<ReadonlyMap<number, Deletions>> {
  const rows = await tx.unsafe<(Deletion & { readonly streamId: number })[]>(
    `select r.stream_id as "streamId", (extract(epoch from e.at) * 1000)::float8 as at, e.kind, e.message_id as "messageId",
       e.author_id as "authorId", lower(e.handle) as handle
     from unnest($1::int[], $2::uuid[], $3::uuid[]) as r (stream_id, low, high), lateral (
       select * from channel_events e where e.stream_id = r.stream_id and e.event_id between r.low and r.high
         and e.kind in ('MESSAGE_DELETED', 'TIMEOUT', 'BAN', 'CHAT_CLEARED') offset 0) e`,
    [
      streamsOf(batches),
      uuidArray(batches.map(({ first }) => timeRange(first - skewMs)[0])),
      uuidArray(batches.map(({ last }) => timeRange(last + reachMs)[1])),
    ],
    { prepare: true },
  );
  const byStream = new Map<number, Deletion[]>();
  for (const row of rows) {
    const others = byStream.get(row.streamId);
    if (others === undefined) byStream.set(row.streamId, [row]);
    else others.push(row);
  }
  return new Map([...byStream].map(([streamId, found]) => [streamId, new Deletions(found)]));
}

/**
 * Adds messages that `findPlain` accepted, with all changes except those of the streams' own rows. Returns how many
 * more values each stream has to fold.
 */
export async function saveOf(
  tx: TransactionSql,
  batches: readonly NewMessages[],
  trends: TrendChanges,
): Promise<readonly number[]> {
  const deltas = batches.map(({ streamId, changes: { delta } }) => ({ streamId, delta }));
  const tallies = deltas.map(({ streamId, delta }) => ({ streamId, tallies: delta.tallies }));
  const months = await tallyMonthsOf(tallies);
  const totals = await tallyTotalsOf(deltas);
  const raw = await Promise.all(
    batches.map(async (batch) => ({
      ...batch,
      account: null,
      packed: (await batch.provenance.finish()).raw,
    })),
  );
  const authors = batches.flatMap(({ streamId, provenance }) =>
    provenance.authors.map((author) => ({ streamId, ...author })),
  );
  const activity = rowsOf(deltas, (delta) => delta.activity);
  const changedMonths = deltas.flatMap(({ streamId, delta }) =>
    monthsOf([...delta.activity.keys()]).map((month) => ({ streamId, month })),
  );
  const changedDays = deltas.flatMap(({ streamId, delta }) => changedDaysOf(streamId, delta.minutes.keys()));
  const minutes = rowsOf(deltas, (delta) => delta.minutes);
  const observed = rowsOf(deltas, (delta) => delta.observed);
  await insertPostsOf(
    tx,
    batches.map(({ rows }) => rows),
  );
  await copyTermsOf(tx, batches);
  await copyRawOf(tx, raw);
  await copyTallyMonths(tx, months);
  // Sent together.
  await Promise.all([
    saveAuthorsOf(tx, authors),
    noteProviders(tx, batches),
    insertTallyMonths(tx, months),
    upsertOfStreams(tx, 'tally_totals', totals.streamIds, totals.columns),
    upsertOfStreams(tx, 'activity', activity.streamIds, columnsOfActivity(activity.rows)),
    upsertOfStreams(tx, 'activity_minutes', minutes.streamIds, columnsOfMinutes(minutes.rows)),
    dropMonthsOf(tx, changedMonths),
    dropChatterDays(tx, changedDays),
    upsertOfStreams(tx, 'observed_activity', observed.streamIds, columnsOfObserved(observed.rows)),
    trends.save(tx),
  ]);
  return tallies.map((each) => countValues(each.tallies));
}

/** The quarter-hours or minutes of several streams, with the stream of each. */
function rowsOf<Row>(
  deltas: readonly { readonly streamId: number; readonly delta: RollupDelta }[],
  of: (delta: RollupDelta) => ReadonlyMap<number, Row>,
) {
  const all = deltas.flatMap(({ streamId, delta }) => [...of(delta)].map((row) => ({ streamId, row })));
  return { streamIds: all.map(({ streamId }) => streamId), rows: all.map(({ row }) => row) };
}
