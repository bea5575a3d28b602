import { countJobs, findJob, getJobId, type JobRow, listJobs } from '../entities/job/query.ts';
import { findStreams } from '../entities/stream/query.ts';
import { BadInputError, must } from '../shared/errors.ts';
import { jobStates } from '../shared/job.ts';
import { isNameOf, namesOf } from '../shared/names.ts';
import { parsePage } from '../shared/page.ts';
import { type JobServices, followJob, withJobs } from './follow-job.ts';
import {
  clip,
  count,
  type Environment,
  eventLines,
  jobGlobalId,
  type Output,
  parseJobId,
  print,
  shortJobId,
  table,
} from './output.ts';
import type { OpenStore } from '../store.ts';
import { withStore } from './with-store.ts';

const shown = 50;

/** Shows the newest jobs, of one state or of all; with an id, that job. */
export async function jobs(
  environment: Environment,
  id: string | undefined,
  options: Output & { readonly state?: string },
): Promise<void> {
  if (id !== undefined) return showJob(environment, parseJobId(id), options);
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
        : toWidth(table([header, ...rows.map((row) => cells(row, titleOf(row)))], numeric))),
      ...(total > rows.length ? [`… and ${count(total - rows.length)} older`] : []),
    ]);
  });
}

/** Cancels a waiting or running job; what it wrote stays. */
export async function cancel(environment: Environment, id: string, options: Output): Promise<void> {
  const typed = parseJobId(id);
  let jobId = typed;
  await withJobs(environment, async ({ jobs }, { db }) => {
    jobId = await getJobId(db, typed);
    await jobs.cancel(jobId);
  });
  print(options, { id: jobGlobalId(jobId), jobId, state: 'CANCELLED' }, ['Cancelled']);
}

/** Runs a failed or cancelled job again, and follows it to its end. */
export async function retry(environment: Environment, id: string, options: Output): Promise<void> {
  const typed = parseJobId(id);
  const again = async ({ jobs }: JobServices, { db }: OpenStore) => {
    const jobId = await getJobId(db, typed);
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

async function showJob(environment: Environment, id: string, options: Output): Promise<void> {
  await withStore(environment, async ({ db }) => {
    const job = must(await findJob(db, await getJobId(db, id)), 'it was found just now');
    const seconds = (instant: Date | null) => instant?.toISOString().slice(0, 19).replace('T', ' ') ?? '-';
    print(options, { id: jobGlobalId(job.jobId), ...job }, [
      `job          ${job.jobId}`,
      `about        ${job.subject}`,
      `state        ${job.state} (${job.kind})`,
      `message      ${job.errorMessage ?? job.message}`,
      `posts        ${count(job.fetched)}${job.total === null ? '' : ` of ${count(job.total)}`}, ${count(job.inserted)} new`,
      `created      ${seconds(job.createdAt)}`,
      `started      ${seconds(job.startedAt)}`,
      `finished     ${seconds(job.finishedAt)}`,
      ...eventLines(job),
    ]);
  });
}

const header = ['id', 'created', 'kind', 'state', 'about', 'posts', 'new', 'message'];
const numeric = [header.indexOf('posts'), header.indexOf('new')];

function cells(job: JobRow, title: string | null): readonly string[] {
  const { createdAt, kind, state, subject, provider, fetched, inserted, message, errorMessage, jobId } = job;
  return [
    shortJobId(jobId),
    createdAt.toISOString().slice(5, 16).replace('T', ' '),
    kind,
    state,
    // A seed fills many streams.
    clip(provider === 'SYNTHETIC' ? subject : (title ?? subject), 16),
    count(fetched),
    count(inserted),
    clip(errorMessage ?? message, 60),
  ];
}

/** Cuts lines that a terminal would wrap. */
const toWidth = (lines: readonly string[]): readonly string[] => {
  const { columns } = process.stdout;
  return columns === undefined
    ? lines
    : lines.map((line) => (line.length > columns ? `${line.slice(0, columns - 1)}…` : line));
};
