import { minuteMs } from '../../shared/instant.ts';

/** Messages of a minute, by its start. Minutes without messages are missing. */
export type Minute = { readonly at: number; readonly messages: number };

/** Consecutive minutes in which a chat was far busier than usual. */
export type Moment = {
  readonly start: number;
  /** The first instant after the moment. */
  readonly end: number;
  readonly messages: number;
  /** Messages expected in as many minutes, judged by the surrounding ones. */
  readonly expected: number;
  /** Score of the strongest minute: robust standard deviations above the surrounding minutes. */
  readonly score: number;
  readonly peakAt: number;
};

/** Number of minutes on each side that a minute is compared with. */
export const surroundingMinutes = 15;
/** Minutes on each side that are not compared: a moment seldom ends with its minute. */
const besideMinutes = 1;
/** Fewest minutes to compare with: a chat that just began has no baseline yet. */
const comparedMin = 10;
/** Lowest score of a minute in a moment. */
const scoreMin = 4;
/** Fewest messages of a moment: three messages in an empty chat are none. */
const messagesMin = 10;
/** Standard deviations per median absolute deviation, for a normal distribution. */
const perDeviation = 1.4826;

type Scored = {
  readonly at: number;
  readonly messages: number;
  readonly expected: number;
  readonly score: number;
};

/** Finds the moments of a chat, in order of time. `minutes` are ascending. */
export function findMoments(minutes: readonly Minute[]): readonly Moment[] {
  const moments: Moment[] = [];
  for (const minute of scoredMinutes(minutes)) {
    if (minute.score < scoreMin || minute.messages < messagesMin) continue;
    const last = moments.at(-1);
    if (last !== undefined && last.end === minute.at) moments[moments.length - 1] = longer(last, minute);
    else moments.push(momentOf(minute));
  }
  return moments;
}

const momentOf = ({ at, messages, expected, score }: Scored): Moment => ({
  start: at,
  end: at + minuteMs,
  messages,
  expected,
  score,
  peakAt: at,
});

const longer = (moment: Moment, { at, messages, expected, score }: Scored): Moment => ({
  ...moment,
  end: at + minuteMs,
  messages: moment.messages + messages,
  expected: moment.expected + expected,
  ...(score > moment.score && { score, peakAt: at }),
});

/**
 * Minutes that may be off the scale, each against the minutes around it: how far it is above their median, in robust standard deviations. Their spread is
 * at least what chance gives (Poisson). Minutes without messages count as such within a broadcast; before its first and after
 * its last message, or in a pause as long as the surroundings, there is no chat to compare with.
 */
function* scoredMinutes(minutes: readonly Minute[]): Generator<Scored> {
  let first = 0;
  let last = 0;
  for (const { at, messages } of minutes) {
    const [from, to] = [at - surroundingMinutes * minuteMs, at + surroundingMinutes * minuteMs];
    while ((minutes[first]?.at ?? Number.POSITIVE_INFINITY) < from) first++;
    while ((minutes[last]?.at ?? Number.POSITIVE_INFINITY) <= to) last++;
    const span = ((minutes[last - 1]?.at ?? at) - (minutes[first]?.at ?? at)) / minuteMs + 1;
    const silent = Math.max(0, span - (last - first));
    const isBeside = (one: Minute) => Math.abs(one.at - at) <= besideMinutes * minuteMs;
    // Most minutes are off no scale, and a look at the others tells so: their median is above what this minute can be compared with.
    const most = comparedMax(messages);
    let [compared, low] = [silent, silent];
    for (let near = first; near < last; near += 1) {
      const one = minutes[near];
      if (one === undefined || isBeside(one)) continue;
      compared += 1;
      if (one.messages <= most) low += 1;
    }
    if (compared < comparedMin || 2 * low < compared) continue;
    const around = minutes.slice(first, last).filter((one) => !isBeside(one));
    const counts = [...around.map((one) => one.messages), ...new Array<number>(silent).fill(0)];
    const expected = median(counts);
    const deviation = perDeviation * median(counts.map((count) => Math.abs(count - expected)));
    const score = (messages - expected) / Math.max(deviation, Math.sqrt(expected + 1));
    yield { at, messages, expected, score };
  }
}

/** The highest median of its surroundings with which a minute can have `scoreMin`: as if they had no more spread than chance gives. */
function comparedMax(messages: number): number {
  // expected + scoreMin * sqrt(expected + 1) = messages, and a little more for what is lost in rounding.
  const root = Math.sqrt((scoreMin / 2) ** 2 + messages + 1) - scoreMin / 2;
  return root ** 2 - 1 + 1e-6;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

/** How often a term is used in a moment, and around it. */
export type TermUse = {
  readonly term: string;
  /** Messages that use it. */
  readonly count: number;
  readonly around: number;
};

/** A term explains a moment when it is used at least this many times more often than around it. */
const liftMin = 1.5;

/**
 * The terms that best explain a moment: by the number of messages with a term, and by how much more often it is used
 * than around the moment. Terms used once are left out. Equal ones: alphabetical.
 */
export function explainingTerms<Use extends TermUse>(
  uses: readonly Use[],
  messages: { readonly within: number; readonly around: number },
  first: number,
): readonly (Use & { readonly lift: number })[] {
  return uses
    .filter(({ count }) => count > 1)
    .map((use) => {
      const usual = (use.around + 0.5) / (messages.around + 1);
      return { ...use, lift: use.count / messages.within / usual };
    })
    .filter(({ lift }) => lift >= liftMin)
    .sort((a, b) => b.count * Math.log(b.lift) - a.count * Math.log(a.lift) || (a.term < b.term ? -1 : 1))
    .slice(0, first);
}
