import type { Bucket } from '../../shared/bucket.ts';
import type { Sums } from '../../shared/sums.ts';

/** Messages, and how many of them have each trait. */
export type MessageCounts = Pick<Sums, 'posts' | 'emoteOnly' | 'questions' | 'commands' | 'mentioning'>;

/** Subtracts the messages of some authors. */
export const without = (all: MessageCounts, some: MessageCounts): MessageCounts => ({
  posts: all.posts - some.posts,
  emoteOnly: all.emoteOnly - some.emoteOnly,
  questions: all.questions - some.questions,
  commands: all.commands - some.commands,
  mentioning: all.mentioning - some.mentioning,
});

/** Adds up messages of several authors. */
export const sumOf = (counts: readonly MessageCounts[]): MessageCounts =>
  counts.reduce(
    (sum, some) => ({
      posts: sum.posts + some.posts,
      emoteOnly: sum.emoteOnly + some.emoteOnly,
      questions: sum.questions + some.questions,
      commands: sum.commands + some.commands,
      mentioning: sum.mentioning + some.mentioning,
    }),
    { posts: 0, emoteOnly: 0, questions: 0, commands: 0, mentioning: 0 },
  );

/** Messages with a trait, and all messages. */
export type Part = { readonly messages: number; readonly of: number };

/** How long after a message another one with the same text counts as its duplicate, in milliseconds. */
export const duplicateWithinMs = 30_000;

/** Messages that repeat a recent one, and all messages that were compared. */
export type Duplicates = { readonly compared: number; readonly messages: number };

/**
 * Counts the messages whose text another one had shortly before. `hashes` and `instants` have 8 bytes for each message, newest first: the hash of
 * its text, and milliseconds since 1970.
 */
export function countRepeated(hashes: Buffer, instants: Buffer): number {
  const messages = hashes.length / 8;
  // A table with open addressing, at most half full: for each hash its two halves, and the place of its last message, from 1 on.
  const size = 2 ** Math.ceil(Math.log2(2 * messages + 2));
  const [highs, lows, lasts] = [new Int32Array(size), new Int32Array(size), new Int32Array(size)];
  const instantOf = (message: number) =>
    instants.readInt32BE(8 * message) * 2 ** 32 + instants.readUInt32BE(8 * message + 4);
  let repeated = 0;
  for (let message = messages - 1; message >= 0; message -= 1) {
    const [high, low] = [hashes.readInt32BE(8 * message), hashes.readInt32BE(8 * message + 4)];
    let at = low & (size - 1);
    while (lasts[at] !== 0 && (highs[at] !== high || lows[at] !== low)) at = (at + 1) & (size - 1);
    const last = lasts[at] ?? 0;
    if (last !== 0 && instantOf(message) - instantOf(last - 1) <= duplicateWithinMs) repeated += 1;
    highs[at] = high;
    lows[at] = low;
    lasts[at] = message + 1;
  }
  return repeated;
}

/** Chatters of a range, by whether they wrote in the channel before. */
export type Arrivals = {
  readonly newChatters: number;
  readonly returningChatters: number;
  readonly markedReturning: number;
};

/** Chatters who wrote in the same weeks: one bit per week, the lowest for the first. */
export type Active = { readonly weeks: number; readonly chatters: number };

/** A week, its chatters, and how many of them wrote in each later week. */
export type Cohort = {
  readonly start: number;
  readonly end: number;
  readonly chatters: number;
  readonly kept: readonly number[];
};

/** For each week, how many of its chatters wrote again in each later week, up to the last. */
export function retentionOf(weeks: readonly Bucket[], active: readonly Active[]): readonly Cohort[] {
  // For each week: how many of its chatters wrote in that week, in the next one, and so on.
  const counts = weeks.map((_, at) => weeks.slice(at).map(() => 0));
  for (const { weeks: mask, chatters } of active) {
    for (const [at, kept] of counts.entries()) {
      if ((mask & (1 << at)) === 0) continue;
      for (let later = 0; later < kept.length; later += 1) {
        if ((mask & (1 << (at + later))) !== 0) kept[later] = (kept[later] ?? 0) + chatters;
      }
    }
  }
  return weeks.map(({ start, end }, at) => {
    const [chatters = 0, ...kept] = counts[at] ?? [];
    return { start, end, chatters, kept };
  });
}
