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

/** What is to be done and how far it is. The queue only carries the id: this row is the truth. */
export const jobs = pgTable(
  'jobs',
  {
    jobId: uuid('job_id').primaryKey(),
    kind: jobKind('kind').notNull(),
    state: jobState('state').notNull().default('QUEUED'),
    streamId: integer('stream_id'),
    provider: provider('provider'),
    /** Of open jobs only one may have it: `stream:7`, or `account:…` and `topic:…` before there is a stream. Null: any number. */
    openKey: text('open_key'),
    /** Lower goes first: 1 when a person waits, 10 for a schedule. */
    priority: smallint('priority').notNull().default(1),
    /** What the job's kind needs to run: see `jobs/payloads.ts`. */
    payload: jsonb('payload').notNull(),
    /** Where to go on from: written in the transaction of the posts before it. */
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
    /** Records that could not be read and were kept out. */
    rejected: bigint('rejected', { mode: 'number' }).notNull().default(0),
    /** The first of them, for people. */
    rejections: jsonb('rejections').$type<readonly { where: string; reason: string }[]>(),
    /** Stored posts that an export no longer has, or that were removed since it does not. Null: it does not tell. */
    gone: bigint('gone', { mode: 'number' }),
    total: bigint('total', { mode: 'number' }),
    postsPerSecond: doublePrecision('posts_per_second').notNull().default(0),
    /** Over the last half minute: 0 before the first page since the job was last taken up. */
    recentPostsPerSecond: doublePrecision('recent_posts_per_second').notNull().default(0),
    /** How often a worker began it: anew after a crash, an error or a retry, not after a pause. */
    attempts: integer('attempts').notNull().default(0),
    /** Grows whenever a worker takes the job, and never shrinks: the writes of a worker with an older one are void. */
    lease: integer('lease').notNull().default(0),
    /** Of a COLLECT: the collector that has it, as long as `collectors` says that it lives; null: nobody. */
    collector: uuid('collector'),
    /** Crashes and unexpected errors since it last wrote a page or was tried again by hand: a few end it. */
    failures: smallint('failures').notNull().default(0),
    errorCode: text('error_code'),
    errorMessage: text('error_message'),
    errorRetryAt: timestamp('error_retry_at', { withTimezone: true }),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
    /** Set while a provider's rate limit is being waited out. */
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

/** Processes that collect chats. One that has not been heard of until then has lost its channels to the others. */
export const collectors = pgTable('collectors', {
  collectorId: uuid('collector_id').primaryKey(),
  until: timestamp('until', { withTimezone: true }).notNull(),
});
