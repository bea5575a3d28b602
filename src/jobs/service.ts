import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { Database } from '../db/client.ts';
import { type FetchProviderName, fetchProviderNames } from '../providers/fetch-provider.ts';
import { ableProviders, type Source } from '../providers/able.ts';
import { settingOf } from '../providers/configured.ts';
import { databaseFull } from '../shared/disk-full.ts';
import { BadInputError, DomainError, NotFoundError } from '../shared/errors.ts';
import { type Fetchable, type FetchableStream, maxFetchLimit } from '../shared/fetchable.ts';
import { parseXHandle } from '../shared/handle.ts';
import type { ProviderName } from '../shared/post.ts';
import type { Refresh } from '../shared/refresh.ts';
import { parseTopicQuery } from '../shared/topic.ts';
import { type FetchOrder, handOver, openFetch } from '../fetch/open-fetch.ts';
import type { JobQueue, QueueCounts } from './queue.ts';
import { enqueueStale } from '../fetch/schedule.ts';
import { cancelJob, createJob, jobExists, priorities, reviveJob } from './store.ts';
import { thisDisk } from './uploads/folder.ts';
import { isNameless, removeUpload } from './uploads/lifetime.ts';
import type { UploadStore } from './uploads/store.ts';

/** What the API and the command line may ask of the jobs. Each gives the job's id. */
export type JobService = {
  /** Enqueues the import of an archive that lies on this machine's disk, or in the store of uploads. */
  importArchive(file: {
    readonly path: string;
    readonly handle: string | null;
    readonly uploaded: boolean;
    /** What messages call it; else by its path. */
    readonly name?: string;
  }): Promise<string>;
  /** Enqueues the making of synthetic accounts. */
  seed(options: SeedOptions): Promise<string>;
  /** Enqueues a fetch from X, or gives the one that is under way for the same account or topic. */
  fetch(request: FetchRequest): Promise<string>;
  /** Throws PROVIDER_NOT_CONFIGURED when no provider could fetch accounts, or topics. */
  requireProvider(kind: Fetchable['kind']): void;
  /** Enqueues a fetch of a stale stream, unless there was one lately. Never rejects, what goes wrong is logged: nobody need wait for it. */
  refresh(stream: FetchableStream, now: Date): Promise<void>;
  /** Stops a job; one that is over already is BAD_INPUT. */
  cancel(jobId: string): Promise<void>;
  /** Puts a failed or cancelled job back, to go on where it was. */
  retry(jobId: string): Promise<void>;
  counts(): Promise<QueueCounts>;
};

type SeedOptions = {
  readonly users: number;
  readonly posts: number;
  readonly hashtags: number;
  readonly seed: number;
  /** Milliseconds. */
  readonly endingAt: number;
  readonly demo: boolean;
};

/** What is to be fetched, as somebody typed it. */
export type FetchRequest = {
  readonly target: Fetchable;
  /** Whether to walk back to the beginning, not only to what is known. */
  readonly full: boolean;
  /** The only one to ask; null: all that are configured. */
  readonly provider: ProviderName | null;
  /** Posts at most, 1 to 100,000; null: as many as there are. */
  readonly limit: number | null;
  /** Which stored posts are asked for again, of an account; default DUE. */
  readonly refresh?: Refresh;
};

type Settings = {
  /** Providers that have what they need. */
  readonly providers: readonly Source[];
  /** How old the newest fetch may be before a stream counts as stale. */
  readonly refreshAfterMs: number;
  /** Where uploads are; default: on this disk alone. */
  readonly uploads?: UploadStore;
  readonly log: Logger;
};

/** Without settings nothing can be fetched. */
export function createJobService(db: Database, queue: JobQueue, settings?: Settings): JobService {
  const providers = settings?.providers ?? [];
  const uploads = settings?.uploads ?? thisDisk();
  return {
    async importArchive(file) {
      const payload = { source: 'archive', ...file, host: hostname() } as const;
      const jobId = await createJob(db.sql, 'X_ARCHIVE', payload).catch(async (error: unknown) => {
        // Then there is no job; where the connection was lost there may be one, and it needs the file.
        if (databaseFull(error) !== null) await removeUpload(uploads, { payload });
        throw error;
      });
      void queue.add(jobId, { kind: 'IMPORT', priority: priorities.asked });
      return jobId;
    },
    async seed(options) {
      const jobId = await createJob(db.sql, 'SYNTHETIC', { source: 'synthetic', ...options });
      void queue.add(jobId, { kind: 'IMPORT', priority: priorities.asked });
      return jobId;
    },
    async fetch(request) {
      const opened = await openFetch(db.sql, parseRequest(request, providers));
      // A new job is the queue's own business; that one comes forward is what was asked for.
      const handed = handOver(queue, opened);
      if (opened.news !== 'NEW') await handed;
      return opened.jobId;
    },
    requireProvider: (kind) => void ableProviders(providers, kind),
    async refresh(stream, now) {
      if (settings === undefined || providers.length === 0) return;
      const { log, refreshAfterMs } = settings;
      await enqueueStale({ sql: db.sql, queue, now: now.getTime() }, stream, refreshAfterMs).catch((err) =>
        log.warn({ err, streamId: stream.streamId }, 'a stale stream could not be refreshed'),
      );
    },
    async cancel(jobId) {
      await requireJob(db, jobId);
      const job = await cancelJob(db.sql, jobId);
      if (job === null) throw new BadInputError('The job is over already');
      // Nobody could delete it with its stream, and it may hold more than posts.
      if (isNameless(job)) await removeUpload(uploads, job);
    },
    async retry(jobId) {
      await requireJob(db, jobId);
      const place = await reviveJob(db.sql, jobId);
      if (place === null) {
        throw new BadInputError('Only a job that failed or was cancelled can be tried again');
      }
      await queue.ensure(jobId, place);
    },
    counts: () => queue.counts(),
  };
}

async function requireJob(db: Database, jobId: string): Promise<void> {
  if (!(await jobExists(db.sql, jobId))) throw new NotFoundError('No such job');
}

function parseRequest(request: FetchRequest, providers: readonly Source[]): FetchOrder {
  const { target, full, limit, refresh = 'DUE' } = request;
  const parsed =
    target.kind === 'account'
      ? ({ kind: 'account', handle: parseXHandle(target.handle) } as const)
      : ({ kind: 'topic', query: parseTopicQuery(target.query) } as const);
  if (limit !== null && !(Number.isInteger(limit) && limit >= 1 && limit <= maxFetchLimit)) {
    throw new BadInputError(`Invalid limit: ${limit} asked, 1 to ${maxFetchLimit} allowed`);
  }
  const provider = parseProvider(request.provider, providers, target.kind);
  return { target: parsed, streamId: null, full, provider, limit, refresh, priority: priorities.asked };
}

function parseProvider(
  asked: ProviderName | null,
  providers: readonly Source[],
  kind: Fetchable['kind'],
): FetchProviderName | null {
  const name = fetchProviderNames.find((known) => known === asked) ?? null;
  if (asked !== null && name === null) {
    throw new BadInputError(`${asked} fetches nothing: ask ${fetchProviderNames.join(', ')} or none`);
  }
  const named = providers.filter((provider) => provider.name === name);
  if (name !== null && named.length === 0) {
    throw new DomainError(
      'PROVIDER_NOT_CONFIGURED',
      `${name} is not configured: set ${settingOf[name]}, and name it in X_PROVIDERS if that is set`,
    );
  }
  ableProviders(name === null ? providers : named, kind);
  return name;
}
