import { minuteMs } from '../../shared/instant.ts';
import { findMoments, type Minute, type Moment, surroundingMinutes } from './compute.ts';

/** How far back to look: the longest moment in progress, and the minutes that it is compared with. */
export const lookedBackMs = 3 * surroundingMinutes * minuteMs;

const minuteOf = (at: number) => Math.floor(at / minuteMs) * minuteMs;

/** Reads the minutes of a chat from an instant on, ascending. */
type ReadMinutes = (from: number) => Promise<readonly Minute[]>;

/**
 * Watches a live chat for moments; call it with the time of the newest message. Returns moments to report: one that
 * began, that grew by a half or by a minute, or that is over with more messages than reported. Once a minute it reads
 * the surrounding minutes, otherwise only the last two.
 */
export function watchMoments(read: ReadMinutes): (latest: number) => Promise<readonly Moment[]> {
  const known = new Map<number, number>();
  const reported = new Map<number, Moment>();
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
      (moment) => moment.end >= minute && isNews(reported.get(moment.start), moment, minute),
    );
    for (const moment of news) reported.set(moment.start, moment);
    for (const start of reported.keys()) if (start < minute - lookedBackMs) reported.delete(start);
    return news;
  };
}

function isNews(before: Moment | undefined, { end, messages }: Moment, minute: number): boolean {
  if (before === undefined || before.end !== end) return true;
  return messages >= 1.5 * before.messages || (end <= minute && messages !== before.messages);
}
