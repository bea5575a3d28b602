import { builder } from '../../graphql/builder.ts';
import { ofAllJobs, ofJob } from '../../graphql/changes.ts';
import { follow, type Look } from '../../graphql/live.ts';
import { shared } from '../../graphql/shared.ts';
import type { News } from '../../platform/pubsub.ts';
import { NotFoundError } from '../../shared/errors.ts';
import { Job } from './fields.ts';
import { findJob, findJobs, isOver, type JobRow, listJobsChangedSince } from './query.ts';

/** Ten looks a second at most. */
const everyMs = 100;
/** A change is dated when its transaction began, and told when it ended. */
const longestTransactionMs = 60_000;

const lookAtJob = shared(findJob);
const lookAtJobs = shared((db, ids: string) => findJobs(db, ids.split(',')));

/** Jobs of which a subscriber's last event is remembered, at most. */
const maxTold = 1_000;

/** The last state that a subscriber got: a job is read more often than it changes. */
class Told {
  readonly #marks = new Map<string, string>();

  /** The jobs that changed since they were last told. */
  newOf(jobs: readonly JobRow[]): readonly JobRow[] {
    const changed = jobs.filter(({ jobId, mark }) => this.#marks.get(jobId) !== mark);
    for (const { jobId, mark } of changed) {
      this.#marks.delete(jobId);
      this.#marks.set(jobId, mark);
    }
    for (const jobId of this.#marks.keys()) {
      if (this.#marks.size <= maxTold) break;
      this.#marks.delete(jobId);
    }
    return changed;
  }
}

builder.subscriptionField('jobProgress', (t) =>
  t.field({
    type: Job,
    description:
      'The job at once, then at every change until it ends, at most ten times a second; its last state is always ' +
      'sent. Completes when the job has ended or is deleted. NOT_FOUND when there is no such job.',
    args: { id: t.arg.globalID({ required: true, for: Job, description: 'The job.' }) },
    subscribe: async (_root, { id: { id } }, { db, services: { changes } }) => {
      if ((await findJob(db, id)) === null) throw new NotFoundError('No such job');
      const told = new Told();
      return follow<JobRow>({
        subscribe: () => changes.subscribe(ofJob(id)),
        look: async () => {
          const job = await lookAtJob(db, id);
          return job === null ? { events: [], over: true } : { events: told.newOf([job]), over: isOver(job) };
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
      'Every change of any job, at most ten times a second for each job; when one changes more often, its latest ' +
      'state is sent.',
    subscribe: (_root, _args, { db, now, services: { changes } }) => {
      let lookedAt = now;
      const told = new Told();
      return follow<JobRow>({
        subscribe: () => changes.subscribe(ofAllJobs),
        look: async ({ messages, lost }: News): Promise<Look<JobRow>> => {
          const since = new Date(lookedAt.getTime() - longestTransactionMs);
          lookedAt = new Date();
          const ids = messages.map((message) => message.id);
          const jobs = lost ? await listJobsChangedSince(db, since) : await lookAtJobs(db, ids.join(','));
          return { events: told.newOf(jobs), over: false };
        },
        everyMs,
        atOnce: false,
      });
    },
    resolve: (job) => job,
  }),
);
