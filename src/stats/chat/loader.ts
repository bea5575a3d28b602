import type { Database } from '../../db/client.ts';
import type { Bucket } from '../../shared/bucket.ts';
import { bucketsOf } from '../../shared/bucket.ts';
import { QueryTooComplexError } from '../../shared/errors.ts';
import { loadSums, loadTotal } from '../kernel/activity.ts';
import { intersect, type Span, type StatsScope } from '../kernel/scope.ts';
import { wholeMonths } from '../kernel/tallies.ts';
import { type Arrivals, type Cohort, type MessageCounts, retentionOf, without } from './compute.ts';
import {
  countActive,
  countArrivals,
  countMarked,
  countMessagesBy,
  countUndecided,
  joinIds,
} from './query.ts';

/** A scope, and the ids of the authors that are left out of it. */
export type ChatScope<Scope extends StatsScope = StatsScope> = {
  readonly scope: Scope;
  readonly without: readonly string[];
};

/** Messages that one statement reads, at most: a million takes about half a second. */
const messagesMax = 2_000_000;

function refuseTooMany(messages: number, what: string): void {
  if (messages <= messagesMax) return;
  throw new QueryTooComplexError(
    `Too many messages: ${what} of ${messages} were asked for, ${messagesMax} allowed; give a shorter range`,
  );
}

/** The messages, and how many of them are what. From the rollup, less what is left out, which is read. */
export async function loadMessages(
  db: Database,
  { scope, without: left }: ChatScope,
): Promise<MessageCounts> {
  const [all, some] = await Promise.all([
    loadTotal(db, scope, ['posts', 'emoteOnly', 'questions', 'commands', 'mentioning']),
    countMessagesBy(db, scope, joinIds(left)),
  ]);
  return without(all, some);
}

/**
 * Who is new and who is not. QUERY_TOO_COMPLEX when too many messages have to be read for it: those of the ragged ends of a range,
 * and those of chatters of whose messages Twitch marks some and not others.
 */
export async function loadArrivals(db: Database, { scope, without: left }: ChatScope): Promise<Arrivals> {
  const ids = joinIds(left);
  const marked = scope.complete ? await countMarked(db, scope, ids) : null;
  if (marked !== null) return marked;
  if (!scope.complete) refuseTooMany(await countRagged(db, scope), 'arrivals');
  const { undecided, undecidedMessages, ...told } = await countArrivals(db, scope, ids);
  if (undecided === 0) return told;
  refuseTooMany(undecidedMessages, 'arrivals');
  const fresh = await countUndecided(db, scope, ids);
  const { newChatters, returningChatters, markedReturning } = told;
  return {
    newChatters: newChatters + fresh,
    returningChatters: returningChatters + undecided - fresh,
    markedReturning,
  };
}

/** The messages of a range that lie in no whole month of it: of months the tallies tell. */
async function countRagged(db: Database, scope: StatsScope): Promise<number> {
  const months = wholeMonths(scope);
  const { posts } = await loadTotal(db, scope, ['posts']);
  if (months === null) return posts;
  const within = (span: Span | null) => span && intersect(span, months);
  const whole = {
    ...scope,
    range: months,
    span: within(scope.span),
    days: within(scope.days),
    complete: false,
  };
  return posts - (await loadTotal(db, whole, ['posts'])).posts;
}

/** Which chatters of each of the last weeks wrote again later. QUERY_TOO_COMPLEX when these have too many messages. */
export async function loadRetention(
  db: Database,
  { scope, without: left }: ChatScope,
  last: number,
): Promise<readonly Cohort[]> {
  if (scope.span === null) return [];
  const { from, to } = scope.span;
  const weeks: readonly Bucket[] = bucketsOf(scope.zone, 'WEEK', from, to).slice(-last);
  const sums = await loadSums(db, scope, 'WEEK', ['posts']);
  refuseTooMany(
    weeks.reduce((total, { key }) => total + (sums.get(key)?.posts ?? 0), 0),
    'the retention',
  );
  const bounds = [...weeks.map(({ start }) => start), weeks.at(-1)?.end ?? to];
  return retentionOf(weeks, await countActive(db, scope, joinIds(left), bounds.join(' ')));
}
