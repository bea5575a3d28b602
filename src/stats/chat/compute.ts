import type { Bucket } from '../../shared/bucket.ts';
import type { Sums } from '../../shared/sums.ts';

/** Messages, and how many of them are what. */
export type MessageCounts = Pick<Sums, 'posts' | 'emoteOnly' | 'questions' | 'commands' | 'mentioning'>;

/** Counts of messages without those of some authors. */
export const without = (all: MessageCounts, some: MessageCounts): MessageCounts => ({
  posts: all.posts - some.posts,
  emoteOnly: all.emoteOnly - some.emoteOnly,
  questions: all.questions - some.questions,
  commands: all.commands - some.commands,
  mentioning: all.mentioning - some.mentioning,
});

/** Messages that are something, of all. */
export type Part = { readonly messages: number; readonly of: number };

/** How long after a message with the same text another one counts as a duplicate of it, in milliseconds. */
export const duplicateWithinMs = 30_000;

/** Messages that repeat one from shortly before, of those that were compared. */
export type Duplicates = { readonly compared: number; readonly messages: number };

/** Chatters of a range by whether they wrote in the channel before. */
export type Arrivals = {
  readonly newChatters: number;
  readonly returningChatters: number;
  readonly markedReturning: number;
};

/** Chatters who wrote in the same weeks: a bit for each week, the lowest for the first. */
export type Active = { readonly weeks: number; readonly chatters: number };

/** A week, its chatters, and how many of them wrote in each week after it. */
export type Cohort = {
  readonly start: number;
  readonly end: number;
  readonly chatters: number;
  readonly kept: readonly number[];
};

/** The weeks with how many of their chatters wrote again in each later week, up to the last. */
export function retentionOf(weeks: readonly Bucket[], active: readonly Active[]): readonly Cohort[] {
  const countOf = (mask: number) =>
    active.reduce((sum, each) => ((each.weeks & mask) === mask ? sum + each.chatters : sum), 0);
  return weeks.map(({ start, end }, at) => ({
    start,
    end,
    chatters: countOf(1 << at),
    kept: weeks.slice(at + 1).map((_, later) => countOf((1 << at) | (1 << (at + 1 + later)))),
  }));
}
