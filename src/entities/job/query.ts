import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import { withDates } from '../../db/with-dates.ts';
import { decodeCursor, encodeCursor } from '../../shared/cursor.ts';
import { BadInputError, type ErrorCode, NotFoundError } from '../../shared/errors.ts';
import type { JobKind, JobState } from '../../shared/job.ts';
import type { PageRequest } from '../../shared/page.ts';
import { isUuid } from '../../shared/uuid.ts';
import type { ProviderName } from '../../shared/post.ts';

/** A stored job. */
export type JobRow = {
  readonly jobId: string;
  readonly kind: JobKind;
  readonly state: JobState;
  /** What it is about, for people: @handle, a query, a file's name. */
  readonly subject: string;
  readonly streamId: number | null;
  readonly provider: ProviderName | null;
  readonly message: string;
  /** Oldest first; `at` as ISO 8601. */
  readonly events: readonly {
    readonly at: string;
    readonly message: string;
    readonly provider: ProviderName | null;
  }[];
  readonly pages: number;
  readonly fetched: number;
  readonly inserted: number;
  readonly updated: number;
  readonly rejected: number;
  readonly rejections: readonly { readonly where: string; readonly reason: string }[] | null;
  /** Stored posts that the archive of an import lacks; null when that is unknown. */
  readonly gone: number | null;
  readonly total: number | null;
  readonly postsPerSecond: number;
  readonly recentPostsPerSecond: number;
  readonly attempts: number;
  readonly errorCode: ErrorCode | null;
  readonly errorMessage: string | null;
  readonly errorRetryAt: Date | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly waitingUntil: Date | null;
  readonly progressAt: Date;
  /** The file of an export once it is complete; null when there is none, or it was removed. */
  readonly file: {
    readonly name: string;
    readonly bytes: number;
    /** Milliseconds. */
    readonly expiresAt: number;
    readonly location: string;
  } | null;
  /** Differs after each change of the row. */
  readonly mark: string;
};

/** From the payload, so as it was requested: handles may change later. */
const subject = sql`case j.payload ->> 'source'
  when 'archive' then coalesce(j.payload ->> 'name', substring(j.payload ->> 'path' from '[^/]+$'), 'an archive')
  when 'collect' then concat('the chat of ', j.payload ->> 'login')
  when 'export' then concat(j.payload ->> 'title', ' as ', j.payload ->> 'format')
  when 'refresh' then concat('fresh posts of ', jsonb_array_length(j.payload -> 'accounts'), ' made-up accounts')
  when 'synthetic' then case when (j.payload ->> 'demo')::boolean then 'demo accounts'
    else concat(j.payload ->> 'users', ' made-up accounts') end
  else coalesce(j.payload #>> '{target,query}', '@' || (j.payload #>> '{target,handle}'), lower(j.kind::text)) end`;

const columns = sql`${subject} as subject, j.job_id as "jobId", j.kind, j.state, j.stream_id as "streamId", j.provider, j.message, j.events, j.pages,
  j.fetched::float8 as fetched, j.inserted::float8 as inserted, j.updated::float8 as updated,
  j.rejected::float8 as rejected, j.rejections, j.gone::float8 as gone, j.total::float8 as total, j.posts_per_second as "postsPerSecond",
  j.recent_posts_per_second as "recentPostsPerSecond",
  j.attempts, j.error_code as "errorCode", j.error_message as "errorMessage", j.error_retry_at as "errorRetryAt",
  j.created_at as "createdAt", j.started_at as "startedAt", j.finished_at as "finishedAt",
  j.waiting_until as "waitingUntil", j.progress_at as "progressAt",
  case when j.state = 'SUCCEEDED' then j.payload -> 'file' end as file,
  j.xmin::text as mark`;

const instants = [
  'errorRetryAt',
  'createdAt',
  'startedAt',
  'finishedAt',
  'waitingUntil',
  'progressAt',
] as const;

async function selectJobs(db: Database, where: SQL, tail: SQL): Promise<readonly JobRow[]> {
  return readJobs(db, sql`select ${columns} from jobs j where ${where} ${tail}`);
}

async function readJobs(db: Database, statement: SQL): Promise<readonly JobRow[]> {
  const rows = await db.rows<Record<string, unknown>>(statement);
  return withDates(rows, instants);
}

/** Returns a job by its id; null when there is none. */
export async function findJob(db: Database, jobId: string): Promise<JobRow | null> {
  if (!isUuid(jobId)) return null;
  return (await selectJobs(db, sql`j.job_id = ${jobId}`, sql``))[0] ?? null;
}

/** Returns jobs by their ids; unknown ids are left out. */
export const findJobs = (db: Database, jobIds: readonly string[]): Promise<readonly JobRow[]> =>
  selectJobs(db, sql`j.job_id = any(${arrayOf(jobIds.filter(isUuid))}::uuid[])`, sql``);

/**
 * Returns the jobs that changed since an instant, oldest change first. Reads all jobs: used only when messages were
 * lost.
 */
export const listJobsChangedSince = (db: Database, since: Date): Promise<readonly JobRow[]> =>
  selectJobs(db, sql`j.progress_at >= ${since.toISOString()}`, sql`order by j.progress_at`);

/**
 * Returns the id of a job from its full text or from unique first characters. NOT_FOUND when no id begins so,
 * BAD_INPUT when several do. Served by the primary key.
 */
export async function getJobId(db: Database, text: string): Promise<string> {
  const digits = text.replaceAll('-', '').toLowerCase();
  const [low, high] = [digits.padEnd(32, '0'), digits.padEnd(32, 'f')];
  const rows = await db.rows<{ readonly jobId: string }>(sql`
    select job_id::text as "jobId" from jobs where job_id between ${low}::uuid and ${high}::uuid limit 2`);
  const [found, another] = rows;
  if (found === undefined) throw new NotFoundError(`No job has an id that begins with ${text}`);
  if (another !== undefined)
    throw new BadInputError(`Several jobs have an id that begins with ${text}: type more of it`);
  return found.jobId;
}

/** Whether the job has ended. A retry may start it again. */
export const isOver = ({ state }: JobRow): boolean => state !== 'QUEUED' && state !== 'RUNNING';

export type JobConditions = {
  readonly state: JobState | null;
  readonly kind: JobKind | null;
};

function conditionsOf({ state, kind }: JobConditions): SQL {
  const parts = [...(state ? [sql`j.state = ${state}`] : []), ...(kind ? [sql`j.kind = ${kind}`] : [])];
  return parts.length === 0 ? sql`true` : sql.join(parts, sql` and `);
}

/** Returns one page of jobs, newest first, with one row more when there are more. Served by jobs_created. */
export function listJobs(
  db: Database,
  conditions: JobConditions,
  page: PageRequest,
): Promise<readonly JobRow[]> {
  return selectJobs(db, sql`${conditionsOf(conditions)} and ${isBeside(page)}`, inOrder(page));
}

/** Returns this page of each stream's jobs, in one statement. Reads a range of jobs_stream for each stream. */
export function listJobsOfStreams(
  db: Database,
  streamIds: readonly number[],
  page: PageRequest,
): Promise<readonly JobRow[]> {
  const own = sql`select j.*, j.xmin from jobs j where j.stream_id = s.stream_id and ${isBeside(page)} ${inOrder(page)}`;
  const streams = sql`unnest(${arrayOf(streamIds)}::int[]) as s (stream_id)`;
  return readJobs(db, sql`select ${columns} from ${streams} cross join lateral (${own}) j ${sorted(page)}`);
}

function isBeside({ after, before }: PageRequest): SQL {
  const parts = [
    ...(after === null ? [] : [sql`(j.created_at, j.job_id) < (${place(after)})`]),
    ...(before === null ? [] : [sql`(j.created_at, j.job_id) > (${place(before)})`]),
  ];
  return parts.length === 0 ? sql`true` : sql.join(parts, sql` and `);
}

function sorted({ backwards }: PageRequest): SQL {
  const direction = backwards ? sql`asc` : sql`desc`;
  return sql`order by j.created_at ${direction}, j.job_id ${direction}`;
}

const inOrder = (page: PageRequest): SQL => sql`${sorted(page)} limit ${page.limit + 1}`;

/** Counts the jobs that meet the conditions. */
export async function countJobs(db: Database, conditions: JobConditions): Promise<number> {
  const rows = await db.rows<{ readonly count: number }>(
    sql`select count(*)::float8 as count from jobs j where ${conditionsOf(conditions)}`,
  );
  return rows[0]?.count ?? 0;
}

/** Counts the jobs of each stream; streams without any are left out. */
export async function countJobsOfStreams(
  db: Database,
  streamIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const rows = await db.rows<{ readonly streamId: number; readonly count: number }>(sql`
    select stream_id as "streamId", count(*)::float8 as count from jobs
    where stream_id = any(${arrayOf(streamIds)}::int[])
    group by stream_id`);
  return new Map(rows.map((row) => [row.streamId, row.count]));
}

const order = 'JOBS';

/** Returns the cursor of a job in a list. */
export const jobCursor = (job: JobRow): string =>
  encodeCursor([order, job.createdAt.toISOString(), job.jobId]);

function place(cursor: string): SQL {
  const [createdAt, jobId] = decodeCursor(cursor, order, ['instant', 'uuid']);
  return sql`${createdAt}::timestamptz, ${jobId}::uuid`;
}
