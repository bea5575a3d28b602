import type { JobKind, JobState, Provider } from '../../gql/graphql.ts';
import { about } from '../format/durations.ts';
import { compact } from '../format/numbers.ts';

const kinds: Record<JobKind, string> = {
  FETCH: 'Fetch',
  IMPORT: 'Import',
  COLLECT: 'Collect',
  EXPORT: 'Export',
  REBUILD: 'Rebuild',
};

const states: Record<JobState, string> = {
  QUEUED: 'Waiting',
  RUNNING: 'Running',
  SUCCEEDED: 'Done',
  FAILED: 'Failed',
  CANCELLED: 'Cancelled',
};

const providers: Record<Provider, string> = {
  X_API: 'X API',
  SOCIALDATA: 'SocialData',
  X_SCRAPER: 'X web',
  X_ARCHIVE: 'X archive',
  TWITCH_EVENTSUB: 'Twitch events',
  TWITCH_IRC: 'Twitch chat',
  TWITCH_LOG: 'chat log',
  SYNTHETIC: 'Made-up posts',
};

/** The action of a job, as the first word of its name. */
export const kindName = (kind: JobKind): string => kinds[kind];
/** The state of a job in words. */
export const stateName = (state: JobState): string => states[state];
/** A provider's display name. */
export const providerName = (provider: Provider): string => providers[provider];
/** Whether the provider fetches posts, at a price; archives and made-up posts are imported. */
export const isFetcher = (provider: Provider): boolean =>
  provider !== 'X_ARCHIVE' && provider !== 'SYNTHETIC';
/** Whether a job is queued or running. */
export const isOpen = (state: JobState): boolean => state === 'QUEUED' || state === 'RUNNING';
/** Whether `retryJob` accepts a job in this state. */
export const canRetry = (state: JobState): boolean => state === 'FAILED' || state === 'CANCELLED';

type Counted = {
  readonly kind: JobKind;
  readonly state: JobState;
  readonly progress: {
    readonly fetched: number;
    readonly inserted: number;
    readonly updated: number;
    readonly rejected: number;
    readonly total?: number | null;
    readonly postsPerSecond: number;
    readonly remainingSeconds?: number | null;
  };
};

/** The figures of a job in one line: `1,204 of ~4,000 · 41/s · about 1 min`. Zeros are left out. */
export function jobFigures({ kind, state, progress }: Counted): string {
  const { fetched, inserted, updated, rejected, total, postsPerSecond, remainingSeconds } = progress;
  if (state === 'QUEUED' && fetched === 0) return '';
  if (kind === 'REBUILD') return total == null ? '' : `${compact(fetched)} of ${compact(total)} posts`;
  const parts: string[] = [];
  if (isOpen(state) && total != null) parts.push(`${compact(fetched)} of ~${compact(total)}`);
  else if (isOpen(state) || kind === 'EXPORT') parts.push(`${compact(fetched)} posts`);
  else {
    parts.push(`${compact(inserted)} new`);
    if (updated > 0) parts.push(`${compact(updated)} updated`);
  }
  if (rejected > 0) parts.push(`${compact(rejected)} rejected`);
  if (state === 'RUNNING' && postsPerSecond > 0) parts.push(`${compact(Math.round(postsPerSecond))}/s`);
  if (state === 'RUNNING' && remainingSeconds != null) parts.push(about(remainingSeconds));
  return parts.join(' · ');
}

/** Seconds that a job worked; null while it has not ended. */
export function workedSeconds(job: {
  readonly startedAt?: string | null;
  readonly finishedAt?: string | null;
}): number | null {
  if (job.startedAt == null || job.finishedAt == null) return null;
  return Math.max(0, (Date.parse(job.finishedAt) - Date.parse(job.startedAt)) / 1_000);
}
