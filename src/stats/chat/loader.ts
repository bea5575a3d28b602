import type { Database } from '../../db/client.ts';
import { chatterBits } from '../../db/packed-chatters.ts';
import type { Bucket } from '../../shared/bucket.ts';
import { bucketsOf } from '../../shared/bucket.ts';
import { QueryTooComplexError } from '../../shared/errors.ts';
import { loadTotal } from '../kernel/activity.ts';
import { partsOf, type Piece } from '../kernel/chatter-parts.ts';
import { listPieces, daysAreComplete } from '../kernel/chatters.ts';
import { countDistinct, keysOfBuckets } from '../kernel/count-chatters.ts';
import { memoizePerScope } from '../kernel/memoize-per-scope.ts';
import { Notes } from '../kernel/packed-chatters.ts';
import { createScope, type ScopeStream, type StatsScope } from '../kernel/scope.ts';
import { type Arrivals, type Cohort, type MessageCounts, retentionOf, sumOf, without } from './compute.ts';
import { type ChatterMessages, countMessagesOf } from './messages-of.ts';
import { countChatters, countMarked, countMessagesBy, joinIds } from './query.ts';

/** A scope, and the ids of the authors who are excluded. */
export type ChatScope<Scope extends StatsScope = StatsScope> = {
  readonly scope: Scope;
  readonly without: readonly string[];
};

/** Most messages that are read when no days are kept: a million takes some seconds. */
const messagesMax = 2_000_000;

/** The messages of the excluded authors in a range, most first, by the days of the chat; null when the days cannot give them. */
export const loadLeftOut = memoizePerScope(
  async (db, scope, joined: string): Promise<readonly ChatterMessages[] | null> =>
    scope.complete || joined === '' || !(await daysAreComplete(db, scope))
      ? null
      : countMessagesOf(db, scope, joined.split(',')),
);

/** Counts messages by trait: from the rollup, minus the messages of excluded authors. */
export async function loadMessages(
  db: Database,
  { scope, without: left }: ChatScope,
): Promise<MessageCounts> {
  const [all, some] = await Promise.all([
    loadTotal(db, scope, ['posts', 'emoteOnly', 'questions', 'commands', 'mentioning']),
    countLeftOut(db, scope, joinIds(left)),
  ]);
  return without(all, some);
}

async function countLeftOut(db: Database, scope: StatsScope, joined: string): Promise<MessageCounts> {
  const counted = await loadLeftOut(db, scope, joined);
  return counted === null ? countMessagesBy(db, scope, joined) : sumOf(counted);
}

/** Counts the chatters who are not excluded. */
export const loadChatters = (db: Database, { scope, without: left }: ChatScope): Promise<number> =>
  scope.complete || !scope.keepsMinutes
    ? countChatters(db, scope, joinIds(left))
    : countDistinct(db, scope, left);

/** Flags of a chatter, in addition to those of `chatterBits`. */
const [isThere, wasBefore] = [8, 16];

/** Counts new and returning chatters. QUERY_TOO_COMPLEX when too much would have to be read. */
export async function loadArrivals(
  db: Database,
  { scope, without: left }: ChatScope<StatsScope & { readonly stream: ScopeStream }>,
): Promise<Arrivals> {
  if (scope.complete) {
    const [marked, chatters] = await Promise.all([
      countMarked(db, scope, joinIds(left)),
      loadChatters(db, { scope, without: left }),
    ]);
    if (marked !== null)
      return {
        newChatters: marked.firsts,
        // Each is counted at its own moment: a chatter may come in between.
        returningChatters: Math.max(0, chatters - marked.firsts),
        markedReturning: marked.backs,
      };
  }
  const { range, zone, stream } = scope;
  const before =
    range.from === null ? null : createScope(stream, { from: null, to: range.from }, zone, scope);
  await refuseUnkept(db, before === null ? [scope] : [scope, before], 'arrivals');
  const pieces = await listPieces(db, scope, { detail: 'marks', bounds: [] });
  const found = await countArrivals(pieces, [], left);
  if (before === null || !found.isOpen) return found.arrivals;
  const earlier = await listPieces(db, before, { detail: 'ids', bounds: [] });
  return (await countArrivals(pieces, earlier, left)).arrivals;
}

/**
 * Counts who is new: by the marks of their messages, and by whether they wrote `earlier`. `isOpen`: whether somebody has no mark that
 * tells, so that it matters who did.
 */
async function countArrivals(
  pieces: readonly Piece[],
  earlier: readonly Piece[],
  left: readonly string[],
): Promise<{ readonly arrivals: Arrivals; readonly isOpen: boolean }> {
  const arrivals = { newChatters: 0, returningChatters: 0, markedReturning: 0 };
  let isOpen = false;
  const notes = new Notes();
  for await (const part of partsOf([...earlier, ...pieces], left)) {
    notes.clear();
    const leftOut = part.numbers.size;
    for (const piece of earlier) {
      const { numbers, length } = part.read(piece);
      const values = notes.of(part.numbers.size);
      for (let at = 0; at < length; at += 1) values[numbers[at] ?? 0] = wasBefore;
    }
    for (const piece of pieces) {
      const { numbers, keys: marks, length } = part.read(piece);
      const values = notes.of(part.numbers.size);
      for (let at = 0; at < length; at += 1) {
        const [number, mark] = [numbers[at] ?? 0, marks[at] ?? 0];
        const known = values[number] ?? 0;
        // Pieces come in order of time: the first one has the chatter's earliest message.
        const isEarliest = (known & isThere) === 0;
        values[number] = known | (isEarliest ? mark | isThere : mark & ~chatterBits.unmarked);
      }
    }
    for (const value of notes.of(part.numbers.size).subarray(leftOut, part.numbers.size)) {
      if ((value & isThere) === 0) continue;
      const isFirst = (value & chatterBits.first) !== 0;
      const isUnmarked = !isFirst && (value & chatterBits.unmarked) !== 0;
      isOpen ||= isUnmarked;
      if (isFirst || (isUnmarked && (value & wasBefore) === 0)) arrivals.newChatters += 1;
      else arrivals.returningChatters += 1;
      if ((value & chatterBits.back) !== 0) arrivals.markedReturning += 1;
    }
  }
  return { arrivals, isOpen };
}

/** Refuses to read too many messages of a chat whose days are not kept. */
async function refuseUnkept(db: Database, scopes: readonly StatsScope[], what: string): Promise<void> {
  if (scopes.every(({ keepsMinutes }) => keepsMinutes)) return;
  const totals = await Promise.all(scopes.map((scope) => loadTotal(db, scope, ['posts'])));
  const messages = totals.reduce((sum, { posts }) => sum + posts, 0);
  if (messages <= messagesMax) return;
  throw new QueryTooComplexError(
    `Too many messages: ${what} of ${messages} were asked for, ${messagesMax} allowed until the chat is rebuilt; give a shorter range`,
  );
}

/**
 * Counts which chatters of the last weeks wrote again in later weeks. QUERY_TOO_COMPLEX when too much would have to be
 * read.
 */
export async function loadRetention(
  db: Database,
  { scope, without: left }: ChatScope,
  last: number,
): Promise<readonly Cohort[]> {
  if (scope.span === null) return [];
  const { from, to } = scope.span;
  const weeks: readonly Bucket[] = bucketsOf(scope.zone, 'WEEK', from, to).slice(-last);
  const first = weeks[0]?.start ?? from;
  const inWeeks = { ...scope, span: { from: Math.max(from, first), to } };
  await refuseUnkept(db, [scope], 'the retention');
  // Clocks are set on no Monday: a week begins with a quarter-hour.
  const bounds = weeks.flatMap(({ start, end }) => [start, end]);
  const keysOf = (day: number) => keysOfBuckets(day, weeks);
  const pieces = await listPieces(db, inWeeks, { detail: 'ids', bounds, keysOf });
  const notes = new Notes();
  const active = new Map<number, number>();
  for await (const part of partsOf(pieces, left)) {
    notes.clear();
    const leftOut = part.numbers.size;
    for (const piece of pieces) {
      const { numbers, keys, length } = part.read(piece);
      const values = notes.of(part.numbers.size);
      for (let at = 0; at < length; at += 1) {
        const number = numbers[at] ?? 0;
        values[number] = (values[number] ?? 0) | (1 << (keys[at] ?? 0));
      }
    }
    for (const mask of notes.of(part.numbers.size).subarray(leftOut, part.numbers.size)) {
      if (mask !== 0) active.set(mask, (active.get(mask) ?? 0) + 1);
    }
  }
  return retentionOf(
    weeks,
    [...active].map(([mask, chatters]) => ({ weeks: mask, chatters })),
  );
}
