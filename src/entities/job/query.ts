import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import type { PageRequest } from '../../graphql/connection.ts';
import { decodeCursor, encodeCursor } from '../../shared/cursor.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { isUuid } from '../../shared/uuid.ts';
import type { ProviderName } from '../../shared/post.ts';

export const jobKinds = ['FETCH', 'IMPORT', 'COLLECT', 'REBUILD'] as const;
export const jobStates = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const;
export type JobState = (typeof jobStates)[number];
export type JobKind = (typeof jobKinds)[number];

/** A job as it stands. */
export type JobRow = {
  readonly jobId: string;
  readonly kind: JobKind;
  readonly state: JobState;
  readonly streamId: number | null;
  readonly provider: ProviderName | null;
  readonly message: string;
  readonly pages: number;
  readonly fetched: number;
  readonly inserted: number;
  readonly updated: number;
  readonly rejected: number;
  readonly rejections: readonly { readonly where: string; readonly reason: string }[] | null;
  readonly total: number | null;
  readonly postsPerSecond: number;
  readonly attempts: number;
  readonly errorCode: ErrorCode | null;
  readonly errorMessage: string | null;
  readonly errorRetryAt: Date | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly waitingUntil: Date | null;
  readonly progressAt: Date;
};

const columns = sql`j.job_id as "jobId", j.kind, j.state, j.stream_id as "streamId", j.provider, j.message, j.pages,
  j.fetched::float8 as fetched, j.inserted::float8 as inserted, j.updated::float8 as updated,
  j.rejected::float8 as rejected, j.rejections, j.total::float8 as total, j.posts_per_second as "postsPerSecond",
  j.attempts, j.error_code as "errorCode", j.error_message as "errorMessage", j.error_retry_at as "errorRetryAt",
  j.created_at as "createdAt", j.started_at as "startedAt", j.finished_at as "finishedAt",
  j.waiting_until as "waitingUntil", j.progress_at as "progressAt"`;

const instants = [
  'errorRetryAt',
  'createdAt',
  'startedAt',
  'finishedAt',
  'waitingUntil',
  'progressAt',
] as const;

async function selectJobs(db: Database, where: SQL, tail: SQL): Promise<readonly JobRow[]> {
  const rows = (await db.orm.execute(
    sql`select ${columns} from jobs j where ${where} ${tail}`,
  )) as unknown as readonly Record<string, unknown>[];
  return rows.map((row) => {
    const dates = instants.map((name) => [name, row[name] === null ? null : new Date(row[name] as string)]);
    return { ...row, ...Object.fromEntries(dates) } as JobRow; // safe: the select list above names its keys
  });
}

/** A job by its id; null where there is none. */
export async function findJob(db: Database, jobId: string): Promise<JobRow | null> {
  if (!isUuid(jobId)) return null;
  return (await selectJobs(db, sql`j.job_id = ${jobId}`, sql``))[0] ?? null;
}

/** Jobs by their ids; those that are not there are left out. */
export const findJobs = (db: Database, jobIds: readonly string[]): Promise<readonly JobRow[]> =>
  selectJobs(db, sql`j.job_id = any(${arrayOf(jobIds.filter(isUuid))}::uuid[])`, sql``);

/** Jobs that changed since, the longest ago first. Reads all of them: asked only when messages were lost. */
export const listJobsChangedSince = (db: Database, since: Date): Promise<readonly JobRow[]> =>
  selectJobs(db, sql`j.progress_at >= ${since.toISOString()}`, sql`order by j.progress_at`);

/** Whether nothing more will happen to it, unless it is tried again. */
export const isOver = ({ state }: JobRow): boolean => state !== 'QUEUED' && state !== 'RUNNING';

export type JobConditions = {
  readonly state: JobState | null;
  readonly kind: JobKind | null;
  readonly streamId: number | null;
};

function conditionsOf({ state, kind, streamId }: JobConditions): SQL {
  const parts = [
    ...(state ? [sql`j.state = ${state}`] : []),
    ...(kind ? [sql`j.kind = ${kind}`] : []),
    ...(streamId !== null ? [sql`j.stream_id = ${streamId}`] : []),
  ];
  return parts.length === 0 ? sql`true` : sql.join(parts, sql` and `);
}

/** One page of jobs, newest first, and one row more where there are more. Served by jobs_created or jobs_stream. */
export function listJobs(
  db: Database,
  conditions: JobConditions,
  page: PageRequest,
): Promise<readonly JobRow[]> {
  const parts = [conditionsOf(conditions)];
  if (page.after !== null) parts.push(sql`(j.created_at, j.job_id) < (${place(page.after)})`);
  if (page.before !== null) parts.push(sql`(j.created_at, j.job_id) > (${place(page.before)})`);
  const direction = page.backwards ? sql`asc` : sql`desc`;
  return selectJobs(
    db,
    sql.join(parts, sql` and `),
    sql`order by j.created_at ${direction}, j.job_id ${direction} limit ${page.limit + 1}`,
  );
}

export async function countJobs(db: Database, conditions: JobConditions): Promise<number> {
  const rows = (await db.orm.execute(
    sql`select count(*)::float8 as count from jobs j where ${conditionsOf(conditions)}`,
  )) as unknown as readonly { readonly count: number }[];
  return rows[0]?.count ?? 0;
}

const order = 'JOBS';

/** The place of a job in a list. */
export const jobCursor = (job: JobRow): string =>
  encodeCursor([order, job.createdAt.toISOString(), job.jobId]);

function place(cursor: string): SQL {
  const [createdAt, jobId] = decodeCursor(cursor, order, ['instant', 'uuid']);
  return sql`${createdAt}::timestamptz, ${jobId}::uuid`;
}
