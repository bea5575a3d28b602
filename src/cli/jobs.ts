import { countJobs, type JobRow, jobStates, listJobs } from '../entities/job/query.ts';
import { findStreams } from '../entities/stream/query.ts';
import { BadInputError } from '../shared/errors.ts';
import { isNameOf, namesOf } from '../shared/names.ts';
import { parsePage } from '../shared/page.ts';
import { count, type Environment, jobGlobalId, type Output, print } from './output.ts';
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
      ...(rows.length === 0 ? ['No jobs'] : table(rows.map((row) => cells(row, titleOf(row))))),
      ...(total > rows.length ? [`… and ${count(total - rows.length)} older`] : []),
    ]);
  });
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
const numeric = new Set(['posts', 'new']);

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

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const all = [header, ...rows];
  const widths = header.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0)));
  return all.map((row) =>
    row
      .map((cell, at) => {
        const width = widths[at] ?? 0;
        return numeric.has(header[at] ?? '') ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
