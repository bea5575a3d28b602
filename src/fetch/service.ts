import type { Logger } from 'pino';
import type { Database } from '../db/client.ts';
import type { JobQueue } from '../jobs/queue.ts';
import { priorities } from '../jobs/store.ts';
import { ableProviders, type Source } from '../providers/able.ts';
import { settingOf } from '../providers/configured.ts';
import { type FetchProviderName, fetchProviderNames } from '../providers/fetch-provider.ts';
import { BadInputError, DomainError } from '../shared/errors.ts';
import { type Fetchable, type FetchableStream, maxFetchLimit } from '../shared/fetchable.ts';
import { parseXHandle } from '../shared/handle.ts';
import type { ProviderName } from '../shared/post.ts';
import type { Refresh } from '../shared/refresh.ts';
import { parseTopicQuery } from '../shared/topic.ts';
import { type FetchOrder, enqueueFetch, openFetch } from './open-fetch.ts';
import { enqueueStale } from './schedule.ts';

/** Fetching, as the API and the command line use it. */
export type FetchService = {
  /** Enqueues a fetch from X, or finds the open one for the same account or topic; returns the job's id. */
  fetch(request: FetchRequest): Promise<string>;
  /** Throws PROVIDER_NOT_CONFIGURED when no provider can fetch this kind. */
  requireProvider(kind: Fetchable['kind']): void;
  /**
   * Enqueues a fetch of a stale stream, unless there was one recently. Never rejects; failures are logged, so that
   * nobody has to wait for it.
   */
  refresh(stream: FetchableStream, now: Date): Promise<void>;
};

/** A fetch as the user requests it. */
export type FetchRequest = {
  readonly target: Fetchable;
  /** Whether to fetch back to the beginning, not only to the known posts. */
  readonly full: boolean;
  /** The only provider to ask; null: all configured ones. */
  readonly provider: ProviderName | null;
  /** Most posts, 1 to 100,000; null: all. */
  readonly limit: number | null;
  /** Which stored posts of an account to refresh; default DUE. */
  readonly refresh?: Refresh;
};

type Settings = {
  /** The configured providers. */
  readonly providers: readonly Source[];
  /** How old the newest fetch may be before a stream counts as stale. */
  readonly refreshAfterMs: number;
  readonly log: Logger;
};

/** Creates the service over a store and its queue. */
export function createFetchService(db: Database, queue: JobQueue, settings: Settings): FetchService {
  const { providers, refreshAfterMs, log } = settings;
  return {
    async fetch(request) {
      const opened = await openFetch(db.sql, parseRequest(request, providers));
      // A new job reaches the queue in the background. A raised priority is awaited, because the caller asked for it.
      const enqueued = enqueueFetch(queue, opened);
      if (opened.queueChange !== 'NEW') await enqueued;
      return opened.jobId;
    },
    requireProvider: (kind) => void ableProviders(providers, kind),
    async refresh(stream, now) {
      if (providers.length === 0) return;
      await enqueueStale({ sql: db.sql, queue, now: now.getTime() }, stream, refreshAfterMs).catch((err) =>
        log.warn({ err, streamId: stream.streamId }, 'a stale stream could not be refreshed'),
      );
    },
  };
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
    throw new BadInputError(`${asked} does not fetch: name ${fetchProviderNames.join(', ')} or none`);
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
