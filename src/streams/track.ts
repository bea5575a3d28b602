import type { Sql } from 'postgres';
import { formatDuration } from '../shared/duration.ts';
import { BadInputError, DomainError, NotFoundError } from '../shared/errors.ts';
import type { Fetchable } from '../shared/fetchable.ts';
import { dayMs, toIso } from '../shared/instant.ts';
import { touch } from './touch.ts';

const shortestMs = 60_000;
const longestMs = 365 * dayMs;

type Tracking = {
  readonly sql: Sql;
  readonly now: Date;
  /** Throws PROVIDER_NOT_CONFIGURED when no provider can fetch accounts, or topics. */
  requireProvider(kind: Fetchable['kind']): void;
};

type Schedule = {
  readonly streamId: number;
  /** Milliseconds from one refresh to the next, a minute to a year. */
  readonly everyMs: number;
};

/**
 * Sets how often a stream is refreshed. The first refresh is due after one interval. A new interval never delays a
 * refresh that is due earlier. BAD_INPUT below a minute and above a year, NOT_FOUND when there is no such stream,
 * PROVIDER_NOT_CONFIGURED when no provider can fetch it.
 */
export async function track(
  { sql, now, requireProvider }: Tracking,
  { streamId, everyMs }: Schedule,
): Promise<void> {
  if (everyMs < shortestMs || everyMs > longestMs) {
    throw new BadInputError(
      `Invalid interval: ${formatDuration(everyMs)} asked, ${formatDuration(shortestMs)} to ${formatDuration(longestMs)} allowed`,
    );
  }
  const { kind, title, isMadeUp } = await getTrackable(sql, streamId);
  if (kind === 'CHANNEL') {
    throw new BadInputError(
      `A channel's chat is collected as it happens: nothing of ${title} can be fetched on a schedule`,
    );
  }
  requireProvider(kind === 'TOPIC' ? 'topic' : 'account');
  if (isMadeUp) {
    throw new DomainError('PROVIDER_NOT_CONFIGURED', `${title} is made up: no provider has posts of it`);
  }
  const nextAt = toIso(now.getTime() + everyMs);
  await sql.begin(async (tx) => {
    // least() leaves nulls out: without an earlier time this one is the least.
    const changed = await tx`
      update streams set track_every_ms = ${everyMs}, track_next_at = least(track_next_at, ${nextAt})
      where stream_id = ${streamId}
        and (track_every_ms, track_next_at) is distinct from (${everyMs}::bigint, least(track_next_at, ${nextAt}))`;
    if (changed.count > 0) await touch(tx, streamId);
  });
}

type Trackable = {
  readonly kind: string;
  readonly title: string;
  /** All posts of the stream are made up. */
  readonly isMadeUp: boolean;
};

async function getTrackable(sql: Sql, streamId: number): Promise<Trackable> {
  const [found] = await sql<Trackable[]>`
    select kind, title, (
      select coalesce(bool_and(provider = 'SYNTHETIC'), false) from stream_providers where stream_id = ${streamId}
    ) as "isMadeUp"
    from streams where stream_id = ${streamId}`;
  if (found === undefined) throw new NotFoundError('No such stream');
  return found;
}
