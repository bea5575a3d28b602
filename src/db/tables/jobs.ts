import { sql } from 'drizzle-orm';
import {
  bigint,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  text,
  smallint,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { jobKinds, jobStates } from '../../shared/job.ts';
import { namesOf } from '../../shared/names.ts';
import { provider } from './types.ts';

export const jobKind = pgEnum('job_kind', namesOf(jobKinds));
export const jobState = pgEnum('job_state', namesOf(jobStates));

/** Jobs and their progress. Queues have only the id: this row is the truth. */
export const jobs = pgTable(
  'jobs',
  {
    jobId: uuid('job_id').primaryKey(),
    kind: jobKind('kind').notNull(),
    state: jobState('state').notNull().default('QUEUED'),
    streamId: integer('stream_id'),
    provider: provider('provider'),
    /**
     * Only one open job may have a key: `stream:7`, or `account:…` and `topic:…` before there is a stream. Null: any
     * number.
     */
    openKey: text('open_key'),
    /** Lower is taken first: 1 when a person waits, 10 for a schedule. */
    priority: smallint('priority').notNull().default(1),
    /** See `jobs/payloads.ts`. */
    payload: jsonb('payload').notNull(),
    /** Where the job continues: written in the transaction of the posts before it. */
    cursor: text('cursor'),
    message: text('message').notNull().default('Waiting for a worker'),
    /** Providers that took over, waits and restarts, oldest first: the newest 100. */
    events: jsonb('events')
      .$type<readonly { at: string; message: string; provider: string | null }[]>()
      .notNull()
      .default([]),
    pages: integer('pages').notNull().default(0),
    fetched: bigint('fetched', { mode: 'number' }).notNull().default(0),
    inserted: bigint('inserted', { mode: 'number' }).notNull().default(0),
    updated: bigint('updated', { mode: 'number' }).notNull().default(0),
    /** Records that could not be read and were left out. */
    rejected: bigint('rejected', { mode: 'number' }).notNull().default(0),
    /** The first of them, for people. */
    rejections: jsonb('rejections').$type<readonly { where: string; reason: string }[]>(),
    /** Stored posts that the archive no longer has, counted or removed. Null when unknown. */
    gone: bigint('gone', { mode: 'number' }),
    total: bigint('total', { mode: 'number' }),
    postsPerSecond: doublePrecision('posts_per_second').notNull().default(0),
    /** Over the last half minute; 0 before the first page since the job last started. */
    recentPostsPerSecond: doublePrecision('recent_posts_per_second').notNull().default(0),
    /** How often a worker started it: counts crashes, errors and retries, but not pauses. */
    attempts: integer('attempts').notNull().default(0),
    /** Grows whenever a worker takes the job. Writes with an older lease have no effect. */
    lease: integer('lease').notNull().default(0),
    /** Of a COLLECT: its collector, while `collectors` says that it lives; null: none. */
    collector: uuid('collector'),
    /** Crashes and unexpected errors since its last page or manual retry: a few end it. */
    failures: smallint('failures').notNull().default(0),
    errorCode: text('error_code'),
    errorMessage: text('error_message'),
    errorRetryAt: timestamp('error_retry_at', { withTimezone: true }),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
    /** Set while the job waits, for example for a provider's rate limit. */
    waitingUntil: timestamp('waiting_until', { withTimezone: true }),
    startedAt: timestamp('started_at', { withTimezone: true }),
    finishedAt: timestamp('finished_at', { withTimezone: true }),
    progressAt: timestamp('progress_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    index('jobs_created').on(t.createdAt, t.jobId),
    index('jobs_stream').on(t.streamId, t.createdAt, t.jobId),
    index('jobs_state').on(t.state),
    uniqueIndex('jobs_open_key').on(t.openKey).where(sql`state in ('QUEUED', 'RUNNING')`),
    index('jobs_finished').on(t.finishedAt),
  ],
);

/** Processes that collect chats. One that does not renew `until` in time loses its channels to the others. */
export const collectors = pgTable('collectors', {
  collectorId: uuid('collector_id').primaryKey(),
  until: timestamp('until', { withTimezone: true }).notNull(),
});
