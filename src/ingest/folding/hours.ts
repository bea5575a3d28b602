import type { TransactionSql } from 'postgres';
import { joinedList, storedLists } from '../../shared/stored-lists.ts';
import { BinaryRows } from '../write/binary-rows.ts';
import { copyPieces } from '../write/copy.ts';
import { bucketColumns, HourCounts, type PostUses } from './hour-counts.ts';

/** Posts that are counted in a row: a few milliseconds' work. */
const postsAtOnce = 1_000;
/** Approximate bytes of rows that are written together. */
const bytesAtOnce = 1024 * 1024;

/**
 * Counts hours from the posts. Within each hour the posts come sorted by author, so a distinct count needs no list of a
 * term's authors. Postgres sorts the posts; their uses, ten times as many, are counted here in a third of the time that
 * Postgres takes.
 */
export async function foldHours(tx: TransactionSql, hours: readonly number[]): Promise<void> {
  await tx`
    delete from trend_buckets using unnest(${hours as number[]}::int[]) as hour
    where size = 'HOUR' and start = to_timestamp(hour * 3600.0)`;
  await tx.unsafe(`declare posts_to_fold no scroll cursor for ${postsOf(runsOf(hours))}`);
  const rows = new BinaryRows();
  let counts: HourCounts | null = null;
  for (let isOver = false; !isOver; ) {
    const posts = await tx.unsafe<PostUses[]>(`fetch ${postsAtOnce} from posts_to_fold`);
    isOver = posts.length < postsAtOnce;
    for (const post of posts) {
      if (counts?.hour !== post.hour) {
        counts?.writeTo(rows);
        counts = new HourCounts(post.hour);
      }
      counts.add(post);
    }
    if (isOver) counts?.writeTo(rows);
    if (isOver || rows.length > bytesAtOnce) await write(tx, rows);
  }
  await tx`close posts_to_fold`;
}

async function write(tx: TransactionSql, rows: BinaryRows): Promise<void> {
  if (rows.length === 0) return;
  rows.end();
  await copyPieces(tx, 'trend_buckets', bucketColumns, [rows.take()], 'binary');
}

/**
 * The posts of some runs of hours. Each run is a range of posts_newest (see `db/fence.ts`). DECLARE takes no
 * parameters, so the numbers are part of the text.
 */
const postsOf = (runs: readonly Run[]): string => `
  select /* across streams: all posts of some hours */ s.platform, floor(extract(epoch from p.created_at) / 3600)::int as hour, p.author_id as author,
    ${storedLists(['hashtags', 'mentions'])},
    coalesce(case when p.created_at >= f.words_from then p.words end, '{}') as words
  from trend_folding f cross join (values ${runs.map(({ from, to }) => `(${from}, ${to})`).join()}) as run (lo, hi)
  cross join lateral (
    select stream_id, created_at, author_id, hashtags, mentions, ${joinedList('words')} as words, clock_timestamp() as fence from posts p
    where p.created_at >= to_timestamp(run.lo * 3600.0) and p.created_at < to_timestamp(run.hi * 3600.0)
      and p.own and p.stands and p.kind <> 'REPOST'
  ) p join streams s on s.stream_id = p.stream_id
  order by hour, p.author_id collate "C"`;

/** Consecutive hours: `from` inclusive, `to` exclusive. */
type Run = { readonly from: number; readonly to: number };

function runsOf(hours: readonly number[]): readonly Run[] {
  const runs: { from: number; to: number }[] = [];
  for (const hour of [...hours].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last?.to === hour) last.to = hour + 1;
    else runs.push({ from: hour, to: hour + 1 });
  }
  return runs;
}
