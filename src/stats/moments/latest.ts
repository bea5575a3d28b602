import { minuteMs } from '../../shared/instant.ts';
import { findMoments, type Minute, type Moment, surroundingMinutes } from './compute.ts';

/** How far back a moment that lasts may have begun, and what it is compared with. */
export const lookedBackMs = 3 * surroundingMinutes * minuteMs;

const minuteOf = (at: number) => Math.floor(at / minuteMs) * minuteMs;

/** A read of the minutes of a chat from an instant on, ascending. */
type ReadMinutes = (from: number) => Promise<readonly Minute[]>;

/**
 * Looks for the moments of a chat as it goes on, given its newest message. It returns those that are news: one that began, grew
 * by a half or by a minute, or is over with more than was told of it. Once a minute it reads what moments are compared with, in
 * between the last two minutes alone.
 */
export function watchMoments(read: ReadMinutes): (latest: number) => Promise<readonly Moment[]> {
  const known = new Map<number, number>();
  const told = new Map<number, Moment>();
  let readFor: number | null = null;
  return async (latest) => {
    const minute = minuteOf(latest);
    const from = minute === readFor ? minute - minuteMs : minute - lookedBackMs;
    const minutes = await read(from);
    for (const at of known.keys()) if (at >= from || at < minute - lookedBackMs) known.delete(at);
    for (const { at, messages } of minutes) known.set(at, messages);
    readFor = minute;
    const all = [...known].map(([at, messages]) => ({ at, messages })).sort((a, b) => a.at - b.at);
    const news = findMoments(all).filter(
      (moment) => moment.end >= minute && isNews(told.get(moment.start), moment, minute),
    );
    for (const moment of news) told.set(moment.start, moment);
    for (const start of told.keys()) if (start < minute - lookedBackMs) told.delete(start);
    return news;
  };
}

function isNews(before: Moment | undefined, { end, messages }: Moment, minute: number): boolean {
  if (before === undefined || before.end !== end) return true;
  return messages >= 1.5 * before.messages || (end <= minute && messages !== before.messages);
}
