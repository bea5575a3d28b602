import type { TransactionSql } from 'postgres';
import type { Dimension } from '../../db/dimensions.ts';
import { must } from '../../shared/errors.ts';
import { addTo, type RollupDelta, type Tally } from './contributions.ts';
import { arrayLiteral, type CopyValue, copyRows } from './copy.ts';
import { recountActivity, recountObserved } from './recount.ts';

type Tx = TransactionSql;
type Cell = string | number | null;

const sumColumns = [
  'likes',
  'reposts',
  'replies',
  'quotes',
  'bookmarks',
  'engagement',
  'impressions',
] as const;
const activityCounts = {
  posts: 'posts',
  originals: 'originals',
  replied: 'replied',
  reposted: 'reposted',
  quoted: 'quoted',
  engagedPosts: 'engaged_posts',
  sentiment: 'sentiment',
  positive: 'positive',
  neutral: 'neutral',
  negative: 'negative',
  bits: 'bits',
} as const;

/**
 * Adds a batch's changes to the stream's rollups. The caller holds the stream's row lock, so nobody else
 * changes them meanwhile. Quarter-hours that posts or observations have left are counted again, since subtraction
 * cannot tell a sum of nothing known (null) from one of zeros.
 */
export async function applyRollups(
  tx: Tx,
  streamId: number,
  delta: RollupDelta,
  left: { readonly activity: ReadonlySet<number>; readonly observed: ReadonlySet<number> },
): Promise<void> {
  // Sent together: one is put together while the store is busy with the one before.
  await Promise.all([
    addTallyTotals(tx, streamId, delta),
    addActivity(tx, streamId, delta, left.activity),
    addObserved(tx, streamId, delta, left.observed),
  ]);
  // Last, since it adds what is stored to the batch's own counts.
  await addTallyMonths(tx, streamId, delta);
}

async function addActivity(tx: Tx, streamId: number, delta: RollupDelta, left: ReadonlySet<number>) {
  const rows = [...delta.activity].filter(([bucket]) => !left.has(bucket));
  await upsert(tx, streamId, 'activity', [
    ['bucket', 'timestamptz', 'key', rows.map(([bucket]) => new Date(bucket).toISOString())],
    ...Object.entries(activityCounts).map(
      ([name, column]): Column => [
        column,
        'bigint',
        'count',
        rows.map(([, row]) => row[name as keyof typeof activityCounts]),
      ],
    ),
    ...sumColumns.map((name): Column => [name, 'bigint', 'sum', rows.map(([, row]) => row[name])]),
    ['impressions_estimated', 'bigint', 'sum', rows.map(([, row]) => row.impressionsEstimated)],
  ]);
  if (left.size > 0) await recountActivity(tx, streamId, [...left]);
}

async function addObserved(tx: Tx, streamId: number, delta: RollupDelta, left: ReadonlySet<number>) {
  const rows = [...delta.observed].filter(([bucket]) => !left.has(bucket));
  await upsert(tx, streamId, 'observed_activity', [
    ['bucket', 'timestamptz', 'key', rows.map(([bucket]) => new Date(bucket).toISOString())],
    ['posts', 'bigint', 'count', rows.map(([, row]) => row.posts)],
    ...sumColumns.map((name): Column => [name, 'bigint', 'sum', rows.map(([, row]) => row[name])]),
  ]);
  if (left.size > 0) await recountObserved(tx, streamId, [...left]);
}

/** A month's tally is read, added to, and written anew: batches come in time order, so most months are new. */
async function addTallyMonths(tx: Tx, streamId: number, delta: RollupDelta) {
  const months: readonly MonthTally[] = [...delta.tallies].flatMap(([month, byDimension]) =>
    [...byDimension].map(([dimension, tally]) => ({ dimension, month, tally })),
  );
  if (months.length === 0) return;
  const stored = await tx.unsafe<StoredMonth[]>(
    `delete from tally_months t using unnest($2::text[], $3::date[]) as d (dimension, month)
     where t.stream_id = $1 and t.dimension = d.dimension and t.month = d.month
     returning t.dimension, t.month::text, t."values", t.posts, t.engagement::float8[]`,
    [
      streamId,
      arrayLiteral(months.map((row) => row.dimension)),
      arrayLiteral(months.map((row) => row.month)),
    ],
    { prepare: true },
  );
  for (const row of stored) {
    const tally = must(delta.tallies.get(row.month)?.get(row.dimension), 'asked for above');
    for (const [at, value] of row.values.entries())
      addTo(tally, value, row.posts[at] ?? 0, row.engagement[at] ?? 0);
  }
  const columns = ['stream_id', 'dimension', 'month', '"values"', 'posts', 'engagement'];
  await copyRows(tx, 'tally_months', columns, monthRows(streamId, months));
}

type MonthTally = { readonly dimension: Dimension; readonly month: string; readonly tally: Tally };

function* monthRows(streamId: number, months: readonly MonthTally[]): Generator<readonly CopyValue[]> {
  for (const { dimension, month, tally } of months) {
    const kept = [...tally].filter(([, counts]) => counts.posts !== 0);
    if (kept.length === 0) continue;
    yield [
      streamId,
      dimension,
      month,
      kept.map(([value]) => value),
      numbersLiteral(kept.map(([, counts]) => counts.posts)),
      numbersLiteral(kept.map(([, counts]) => counts.engagement)),
    ];
  }
}

type StoredMonth = {
  readonly dimension: Dimension;
  readonly month: string;
  readonly values: readonly string[];
  readonly posts: readonly number[];
  readonly engagement: readonly number[];
};

async function addTallyTotals(tx: Tx, streamId: number, delta: RollupDelta) {
  const rows = totalRows(totalsOf(delta));
  await upsert(tx, streamId, 'tally_totals', [
    ['dimension', 'text', 'key', rows.dimension],
    ['value', 'text', 'key', rows.value],
    ['posts', 'bigint', 'count', rows.posts],
    ['engagement', 'bigint', 'count', rows.engagement],
  ]);
  if (rows.posts.some((posts) => posts <= 0)) {
    await tx`delete from tally_totals where stream_id = ${streamId} and posts = 0`;
  }
}

function totalsOf(delta: RollupDelta): ReadonlyMap<Dimension, Tally> {
  const totals = new Map<Dimension, Tally>();
  for (const byDimension of delta.tallies.values()) {
    for (const [dimension, tally] of byDimension) {
      const total = totals.get(dimension);
      if (total === undefined) totals.set(dimension, copyOf(tally));
      else addAll(total, tally);
    }
  }
  return totals;
}

function copyOf(tally: Tally): Tally {
  const copy: Tally = new Map();
  addAll(copy, tally);
  return copy;
}

function addAll(total: Tally, tally: Tally): void {
  for (const [value, { posts, engagement }] of tally) addTo(total, value, posts, engagement);
}

/** The columns of the totals, in the key's order: neighbours share the pages of the index. */
function totalRows(totals: ReadonlyMap<Dimension, Tally>) {
  const rows = {
    dimension: [] as Dimension[],
    value: [] as string[],
    posts: [] as number[],
    engagement: [] as number[],
  };
  for (const [dimension, tally] of totals) {
    for (const value of [...tally.keys()].sort()) {
      const { posts, engagement } = must(tally.get(value), 'its own key');
      rows.dimension.push(dimension);
      rows.value.push(value);
      rows.posts.push(posts);
      rows.engagement.push(engagement);
    }
  }
  return rows;
}

/** Name, type, what happens on conflict (a key is matched, a count added, a sum added where known), values. */
type Column = readonly [name: string, type: string, role: 'key' | 'count' | 'sum', values: readonly Cell[]];

async function upsert(tx: Tx, streamId: number, table: string, columns: readonly Column[]): Promise<void> {
  if ((columns[0]?.[3].length ?? 0) === 0) return;
  const names = columns.map(([name]) => name);
  const keys = columns.filter(([, , role]) => role === 'key').map(([name]) => name);
  const assignments = columns.flatMap(([name, , role]) => {
    if (role === 'count') return [`${name} = t.${name} + excluded.${name}`];
    if (role === 'sum')
      return [`${name} = coalesce(t.${name} + excluded.${name}, t.${name}, excluded.${name})`];
    return [];
  });
  const parameters = columns.map(([, type], index) => `$${index + 2}::${type}[]`);
  await tx.unsafe(
    `insert into ${table} as t (stream_id, ${names.join(', ')})
     select $1::int, * from unnest(${parameters.join(', ')})
     on conflict (stream_id, ${keys.join(', ')}) do update set ${assignments.join(', ')}`,
    [streamId, ...columns.map(([, type, , values]) => literalOf(type, values))],
    { prepare: true },
  );
}

/** An array as text: postgres.js' own way of writing arrays showed in the profile of an import. */
function literalOf(type: string, values: readonly Cell[]): string {
  return type === 'text' ? arrayLiteral(values as readonly string[]) : numbersLiteral(values);
}

/** An array of numbers, or of instants, which need no quotes either where they have no spaces. */
const numbersLiteral = (values: readonly Cell[]): string =>
  `{${values.map((value) => (value === null ? 'null' : value)).join(',')}}`;
