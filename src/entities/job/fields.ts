import { builder } from '../../graphql/builder.ts';
import { loaderOf } from '../../graphql/context.ts';
import { ErrorCode, Provider } from '../../graphql/inputs.ts';
import { jobKinds, jobStates } from '../../shared/job.ts';
import { builtOf } from '../../shared/names.ts';
import { Stream } from '../stream/fields.ts';
import { streamLoader } from '../stream/loader.ts';
import { jobLoader } from './loader.ts';
import type { JobRow } from './query.ts';
import { remainingSeconds } from './remaining.ts';

export const JobKind = builder.enumType('JobKind', {
  description: 'What a job does.',
  values: builtOf(jobKinds),
});
export const JobState = builder.enumType('JobState', {
  description: 'The state of a job.',
  values: jobStates,
});

const Rejection = builder
  .objectRef<{ readonly where: string; readonly reason: string }>('Rejection')
  .implement({
    description: 'A record that could not be read. It was left out, and the rest was imported.',
    fields: (t) => ({
      where: t.exposeString('where', { description: 'The file, and the position in it.' }),
      reason: t.exposeString('reason', { description: 'What is wrong with it.' }),
    }),
  });

const Progress = builder.objectRef<JobRow>('Progress').implement({
  description: 'How far a job has come.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'The current step, for display.' }),
    pages: t.field({ type: 'SafeInt', description: 'Pages written.', resolve: (job) => job.pages }),
    fetched: t.field({
      type: 'SafeInt',
      description: 'Posts that came in; for an export, posts written.',
      resolve: (job) => job.fetched,
    }),
    inserted: t.field({
      type: 'SafeInt',
      description: 'Fetched posts that are new.',
      resolve: (job) => job.inserted,
    }),
    updated: t.field({
      type: 'SafeInt',
      description: 'Fetched posts that were known and have changed.',
      resolve: (job) => job.updated,
    }),
    rejected: t.field({
      type: 'SafeInt',
      description: 'Records that could not be read and were left out.',
      resolve: (job) => job.rejected,
    }),
    rejections: t.field({
      type: [Rejection],
      description: 'The first 100 rejected records.',
      resolve: (job) => job.rejections ?? [],
    }),
    gone: t.field({
      type: 'SafeInt',
      nullable: true,
      description:
        'Stored own posts that the imported archive lacks. With importFile(removeGone), those that were removed for it. Null ' +
        'when that is unknown: while the archive is read, when it is not known to be complete (a part of an archive, a ' +
        'tweets.js alone, an archive with rejected records), and for other jobs.',
      resolve: (job) => job.gone,
    }),
    total: t.field({
      type: 'SafeInt',
      nullable: true,
      description: 'Expected posts; null when unknown.',
      resolve: (job) => job.total,
    }),
    fraction: t.float({
      nullable: true,
      description: 'fetched over total, 0 to 1; null when total is unknown.',
      resolve: (job) =>
        job.total === null ? null : job.total === 0 ? 1 : Math.min(job.fetched / job.total, 1),
    }),
    postsPerSecond: t.float({
      description: 'Posts per second since a worker last took the job.',
      resolve: (job) => job.postsPerSecond,
    }),
    remainingSeconds: t.float({
      nullable: true,
      description:
        'Seconds left at the speed of the last half minute. Null when total is unknown, before the first page, while the ' +
        'job waits, and when it is over.',
      resolve: remainingSeconds,
    }),
    waitingUntil: t.field({
      type: 'DateTime',
      nullable: true,
      description: "Set while the job waits for a provider's rate limit.",
      resolve: ({ state, waitingUntil }) =>
        // A job that was cancelled while it waited no longer waits.
        state === 'QUEUED' || state === 'RUNNING' ? waitingUntil : null,
    }),
    at: t.field({
      type: 'DateTime',
      description: 'When this progress was reported.',
      resolve: (job) => job.progressAt,
    }),
  }),
});

const JobError = builder.objectRef<JobRow>('JobError').implement({
  description: 'Why a job failed.',
  fields: (t) => ({
    code: t.field({
      type: ErrorCode,
      description: 'What went wrong, for programs.',
      resolve: (job) => job.errorCode ?? 'INTERNAL',
    }),
    message: t.string({
      description: 'What to do about it, for people.',
      resolve: (job) => job.errorMessage ?? '',
    }),
    retryAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When a retry may succeed; null when waiting does not help.',
      resolve: (job) => job.errorRetryAt,
    }),
  }),
});

const JobEvent = builder.objectRef<JobRow['events'][number]>('JobEvent').implement({
  description: 'Something that happened to a job besides its progress.',
  fields: (t) => ({
    at: t.field({ type: 'DateTime', description: 'When it happened.', resolve: ({ at }) => new Date(at) }),
    message: t.exposeString('message', { description: 'What happened and why, for people.' }),
    provider: t.field({
      type: Provider,
      nullable: true,
      description: 'The provider that took over; null when the event is not about a provider.',
      resolve: ({ provider }) => provider,
    }),
  }),
});

export const Job = builder.node(builder.objectRef<JobRow>('Job'), {
  description: 'Work in the background. It survives restarts and continues where it was.',
  id: { resolve: (job) => job.jobId, description: 'The global id of this job, for `node`.' },
  loadOne: (id, context) => loaderOf(context, jobLoader).load(id),
  fields: (t) => ({
    kind: t.field({ type: JobKind, description: 'What it does.', resolve: (job) => job.kind }),
    state: t.field({ type: JobState, description: 'Its current state.', resolve: (job) => job.state }),
    subject: t.string({
      description: "What it is about, for people: @handle, a query, a file's name, what is exported.",
      resolve: (job) => job.subject,
    }),
    stream: t.field({
      type: Stream,
      nullable: true,
      description: 'The stream it works on, or exports; null until that is known.',
      resolve: ({ streamId }, _args, context) =>
        streamId === null ? null : loaderOf(context, streamLoader).load(streamId),
    }),
    events: t.field({
      type: [JobEvent],
      description:
        'What happened so far: providers that took over and why, waits, restarts. Oldest first; the newest 100 are kept.',
      resolve: ({ events }) => events,
    }),
    provider: t.field({
      type: Provider,
      nullable: true,
      description:
        'The provider in use, or last used; before the first, the requested one. Null when any provider may be used.',
      resolve: (job) => job.provider,
    }),
    progress: t.field({
      type: Progress,
      description: 'Its progress, as last reported.',
      resolve: (job) => job,
    }),
    attempts: t.int({
      description:
        'How many times it was begun: once, and again after each crash, unexpected error or retry. It stays the same ' +
        'attempt after a pause, a stop of the worker or a lost database connection.',
      resolve: (job) => job.attempts,
    }),
    error: t.field({
      type: JobError,
      nullable: true,
      description: 'Why it failed; null when it did not.',
      resolve: (job) => (job.errorCode === null ? null : job),
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was requested.',
      resolve: (job) => job.createdAt,
    }),
    startedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When a worker first took it; null before.',
      resolve: (job) => job.startedAt,
    }),
    finishedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it succeeded, failed or was cancelled; null before.',
      resolve: (job) => job.finishedAt,
    }),
  }),
});

builder.queryField('job', (t) =>
  t.field({
    type: Job,
    nullable: true,
    description: 'A job by its id; null when there is none.',
    args: { id: t.arg.globalID({ required: true, for: Job, description: 'The job.' }) },
    resolve: (_root, { id }, context) => loaderOf(context, jobLoader).load(id.id),
  }),
);
