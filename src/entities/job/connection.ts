import type { Database } from '../../db/client.ts';
import { builder } from '../../graphql/builder.ts';
import { toConnection } from '../../graphql/connection.ts';
import { type Context, loaderOf } from '../../graphql/context.ts';
import { listCost } from '../../graphql/cost.ts';
import { countedConnection } from '../../graphql/counted-connection.ts';
import { type PageArgs, parsePage } from '../../shared/page.ts';
import { Stream } from '../stream/fields.ts';
import { Job, JobKind, JobState } from './fields.ts';
import { streamJobsCountLoader, streamJobsLoader } from './loader.ts';
import { countJobs, type JobConditions, jobCursor, listJobs } from './query.ts';

const JobConnection = countedConnection(Job, 'Job', 'Jobs');

async function jobPage(db: Database, conditions: JobConditions, args: PageArgs) {
  const page = parsePage(args);
  const rows = await listJobs(db, conditions, page);
  return toConnection(page, rows, jobCursor, () => countJobs(db, conditions));
}

async function streamJobPage(context: Context, streamId: number, args: PageArgs, changing: boolean) {
  context.reads.never();
  const page = parsePage(args);
  const pages = streamJobsLoader(context, page);
  const counts = loaderOf(context, streamJobsCountLoader);
  // Mutations run one after another in a request and change jobs: each shows the jobs as they are after it.
  if (changing) for (const loader of [pages, counts]) loader.clear(streamId);
  return toConnection(page, await pages.load(streamId), jobCursor, () => counts.load(streamId));
}

builder.interfaceField(Stream, 'jobs', (t) =>
  t.connection(
    {
      type: Job,
      description: 'The jobs that worked on this stream, newest first.',
      complexity: listCost(1),
      resolve: ({ streamId }, args, context, { operation }) =>
        streamJobPage(context, streamId, args, operation.operation === 'mutation'),
    },
    JobConnection,
  ),
);

builder.queryField('jobs', (t) =>
  t.connection(
    {
      type: Job,
      description: 'All jobs, newest first.',
      args: {
        state: t.arg({ type: JobState, description: 'Only jobs in this state.' }),
        kind: t.arg({ type: JobKind, description: 'Only jobs of this kind.' }),
      },
      complexity: listCost(1),
      resolve: (_root, { state, kind, ...args }, { db }) =>
        jobPage(db, { state: state ?? null, kind: kind ?? null }, args),
    },
    JobConnection,
  ),
);
