import { countJobs, type JobRow, listJobs } from '../entities/job/query.ts';
import { findStreams } from '../entities/stream/query.ts';
import type { JobService } from '../jobs/service.ts';
import { BadInputError } from '../shared/errors.ts';
import { jobStates } from '../shared/job.ts';
import { isNameOf, namesOf } from '../shared/names.ts';
import { parsePage } from '../shared/page.ts';
import { followJob, withJobs } from './follow-job.ts';
import { count, type Environment, jobGlobalId, type Output, parseJobId, print, table } from './output.ts';
import { withStore } from './with-store.ts';

const shown = 50;

/** Shows the newest jobs, of one state or of all. */
export async function jobs(
  environment: Environment,
  options: Output & { readonly state?: string },
): Promise<void> {
  const conditions = { state: parseState(options.state), kind: null };
  await withStore(environment, async ({ db }) => {
    const page = parsePage({ first: shown });
    const rows = (await listJobs(db, conditions, page)).slice(0, shown);
    const ids = rows.flatMap(({ streamId }) => (streamId === null ? [] : [streamId]));
    const titles = new Map((await findStreams(db, ids)).map(({ streamId, title }) => [streamId, title]));
    const titleOf = ({ streamId }: JobRow) => (streamId === null ? null : (titles.get(streamId) ?? null));
    const total = await countJobs(db, conditions);
    const listed = rows.map((row) => ({ id: jobGlobalId(row.jobId), ...row, stream: titleOf(row) }));
    print(options, { total, jobs: listed }, [
      ...(rows.length === 0
        ? ['No jobs']
        : table([header, ...rows.map((row) => cells(row, titleOf(row)))], numeric)),
      ...(total > rows.length ? [`… and ${count(total - rows.length)} older`] : []),
    ]);
  });
}

/** Stops a job that waits or runs; what it has written stays. */
export async function cancel(environment: Environment, id: string, options: Output): Promise<void> {
  const jobId = parseJobId(id);
  await withJobs(environment, (jobs) => jobs.cancel(jobId));
  print(options, { id: jobGlobalId(jobId), jobId, state: 'CANCELLED' }, ['Cancelled']);
}

/** Puts a failed or cancelled job back, and follows it to its end. */
export async function retry(environment: Environment, id: string, options: Output): Promise<void> {
  const jobId = parseJobId(id);
  const again = async (jobs: JobService) => {
    await jobs.retry(jobId);
    return jobId;
  };
  await followJob(environment, options, again, withStore);
}

function parseState(text: string | undefined): JobRow['state'] | null {
  if (text === undefined) return null;
  const state = text.toUpperCase();
  if (!isNameOf(jobStates, state)) {
    throw new BadInputError(
      `No such state: ${text.slice(0, 40)}. There are ${namesOf(jobStates).join(', ')}`,
    );
  }
  return state;
}

const header = ['created', 'kind', 'state', 'stream', 'provider', 'posts', 'new', 'message', 'id'];
const numeric = [header.indexOf('posts'), header.indexOf('new')];

function cells(job: JobRow, title: string | null): readonly string[] {
  const { createdAt, kind, state, provider, fetched, inserted, message, errorMessage, jobId } = job;
  return [
    createdAt.toISOString().slice(0, 19).replace('T', ' '),
    kind,
    state,
    clip(title ?? '-', 24),
    provider ?? '-',
    count(fetched),
    count(inserted),
    clip(errorMessage ?? message, 60),
    jobGlobalId(jobId),
  ];
}

const clip = (text: string, length: number): string => {
  const line = [...text.replace(/\s+/g, ' ')];
  return line.length > length ? `${line.slice(0, length - 1).join('')}…` : line.join('');
};
