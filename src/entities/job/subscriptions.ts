import { builder } from '../../graphql/builder.ts';
import { ofAllJobs, ofJob } from '../../graphql/changes.ts';
import { follow, type Reading } from '../../graphql/live.ts';
import { shareReads } from '../../graphql/share-reads.ts';
import type { MessageBatch } from '../../platform/pubsub.ts';
import { NotFoundError } from '../../shared/errors.ts';
import { Job } from './fields.ts';
import { findJob, findJobs, isOver, type JobRow, listJobsChangedSince } from './query.ts';

/** At most ten looks a second. */
const everyMs = 100;
/** The longest transaction. A change has the time when its transaction began, but its message comes after the commit. */
const longestTransactionMs = 60_000;

const readJob = shareReads(findJob);
const readJobs = shareReads((db, ids: string) => findJobs(db, ids.split(',')));

/** The most jobs whose last sent state is remembered for a subscriber. */
const maxSent = 1_000;

/** The states that a subscriber was last sent: a job is read more often than it changes. */
class SentJobs {
  readonly #marks = new Map<string, string>();

  /** Returns the jobs that changed since they were last sent. */
  changedOf(jobs: readonly JobRow[]): readonly JobRow[] {
    const changed = jobs.filter(({ jobId, mark }) => this.#marks.get(jobId) !== mark);
    for (const { jobId, mark } of changed) {
      this.#marks.delete(jobId);
      this.#marks.set(jobId, mark);
    }
    for (const jobId of this.#marks.keys()) {
      if (this.#marks.size <= maxSent) break;
      this.#marks.delete(jobId);
    }
    return changed;
  }
}

builder.subscriptionField('jobProgress', (t) =>
  t.field({
    type: Job,
    description:
      'Sends the job at once, then at every change until it ends, at most ten times a second. The last state is always ' +
      'sent. Completes when the job has ended or is deleted. NOT_FOUND when there is no such job.',
    args: { id: t.arg.globalID({ required: true, for: Job, description: 'The job.' }) },
    subscribe: async (_root, { id: { id } }, { db, services: { changes } }) => {
      if ((await findJob(db, id)) === null) throw new NotFoundError('No such job');
      const sent = new SentJobs();
      return follow<JobRow>({
        subscribe: () => changes.subscribe(ofJob(id)),
        read: async () => {
          const job = await readJob(db, id);
          return job === null
            ? { events: [], over: true }
            : { events: sent.changedOf([job]), over: isOver(job) };
        },
        everyMs,
        atOnce: true,
      });
    },
    resolve: (job) => job,
  }),
);

builder.subscriptionField('jobChanged', (t) =>
  t.field({
    type: Job,
    description:
      'Sends every change of any job, at most ten times a second for each job. When one changes more often, its latest ' +
      'state is sent.',
    subscribe: (_root, _args, { db, now, services: { changes } }) => {
      let lookedAt = now;
      const sent = new SentJobs();
      return follow<JobRow>({
        subscribe: () => changes.subscribe(ofAllJobs),
        read: async ({ messages, lost }: MessageBatch): Promise<Reading<JobRow>> => {
          const since = new Date(lookedAt.getTime() - longestTransactionMs);
          lookedAt = new Date();
          const ids = messages.map((message) => message.id);
          const jobs = lost ? await listJobsChangedSince(db, since) : await readJobs(db, ids.join(','));
          return { events: sent.changedOf(jobs), over: false };
        },
        everyMs,
        atOnce: false,
      });
    },
    resolve: (job) => job,
  }),
);
