import { dayMs } from '../../shared/instant.ts';
import type { Habit } from './habit.ts';
import { longTail, purpose, unit } from './random.ts';
import { localDayStart, zoneOffsetMs } from './zone-rule.ts';

/**
 * How an account spreads its posts over the history: local days of different weight, and the hours within
 * them. `position` runs from 0 to `weight` over the whole history, evenly over the posts.
 */
export type Calendar = {
  /** Local midnights, one more than days. */
  readonly dayStarts: Float64Array;
  /** Weight of the days before each. */
  readonly cumulative: Float64Array;
  /** Share of the day before the history starts, and after which it ends. */
  readonly clipStart: number;
  readonly clipEnd: number;
  readonly weekend: Uint8Array;
  /** Share of a day before each hour, 25 values from 0 to 1. */
  readonly weekdayHours: Float64Array;
  readonly weekendHours: Float64Array;
  readonly weight: number;
};

/** The calendar of an account from start to end, both instants. */
export function makeCalendar(
  seed: number,
  index: number,
  habit: Habit,
  start: number,
  end: number,
): Calendar {
  const firstDay = Math.floor((start + zoneOffsetMs(habit.zone, start)) / dayMs);
  const lastDay = Math.floor((end + zoneOffsetMs(habit.zone, end)) / dayMs);
  const days = lastDay - firstDay + 1;
  const dayStarts = new Float64Array(days + 1);
  const weekend = new Uint8Array(days);
  for (let n = 0; n <= days; n += 1) dayStarts[n] = localDayStart(habit.zone, firstDay + n);
  for (let n = 0; n < days; n += 1) weekend[n] = weekdayOf(firstDay + n) >= 5 ? 1 : 0;
  const unclipped: Calendar = {
    dayStarts,
    weekend,
    cumulative: new Float64Array(days + 1),
    clipStart: 0,
    clipEnd: 1,
    weekdayHours: cumulativeShare(habit.weekdayHours),
    weekendHours: cumulativeShare(habit.weekendHours),
    weight: 0,
  };
  const clipStart = shareOfDay(unclipped, 0, start);
  const clipEnd = shareOfDay(unclipped, days - 1, end);
  const weights = dayWeights(seed, index, habit, firstDay, days);
  weights[0] = at(weights, 0) * (1 - clipStart);
  weights[days - 1] = at(weights, days - 1) * (days === 1 ? clipEnd - clipStart : clipEnd);
  const cumulative = new Float64Array(days + 1);
  for (let n = 0; n < days; n += 1) cumulative[n + 1] = at(cumulative, n) + at(weights, n);
  return { ...unclipped, clipStart, clipEnd, cumulative, weight: at(cumulative, days) };
}

/** The instant at a position; a later position is never earlier. */
export function instantAt(calendar: Calendar, position: number): number {
  const { cumulative, dayStarts } = calendar;
  const day = lastAtOrBelow(cumulative, position);
  const share = (position - at(cumulative, day)) / (at(cumulative, day + 1) - at(cumulative, day));
  const [low, high] = clips(calendar, day);
  const target = low + share * (high - low);
  const hours = hoursOf(calendar, day);
  let hour = 0;
  while (hour < 23 && at(hours, hour + 1) <= target) hour += 1;
  const within = (target - at(hours, hour)) / (at(hours, hour + 1) - at(hours, hour));
  // A day of 23 or 25 hours is squeezed or stretched, so that days never overlap.
  const length = at(dayStarts, day + 1) - at(dayStarts, day);
  return at(dayStarts, day) + (length * (hour + within)) / 24;
}

/** The position of an instant, as near as floating point allows; clipped to the history. */
export function positionAt(calendar: Calendar, instant: number): number {
  const { cumulative, dayStarts } = calendar;
  if (instant <= at(dayStarts, 0)) return 0;
  const day = lastAtOrBelow(dayStarts, instant);
  const [low, high] = clips(calendar, day);
  // A day that starts as the history ends has no room for anything.
  const share = high > low ? (shareOfDay(calendar, day, instant) - low) / (high - low) : 0;
  const weight = at(cumulative, day + 1) - at(cumulative, day);
  return at(cumulative, day) + Math.min(1, Math.max(0, share)) * weight;
}

/** 0 Monday to 6 Sunday, of a day counted from 1970-01-01, a Thursday. */
export function weekdayOf(day: number): number {
  return (day + 3) % 7;
}

function dayWeights(seed: number, index: number, habit: Habit, firstDay: number, days: number): Float64Array {
  const weights = new Float64Array(days);
  for (let n = 0; n < days; n += 1) {
    const mood = unit(seed, index, n, purpose.day);
    const active = unit(seed, index, n + days, purpose.day) < habit.activeDays;
    const growth = 0.7 + (0.6 * n) / days;
    const weekday = habit.weekdays[weekdayOf(firstDay + n)] ?? 1;
    weights[n] = active ? weekday * growth * (0.4 + Math.min(4, longTail(mood))) : 0;
  }
  for (let holiday = 0; holiday < habit.holidays; holiday += 1) {
    const from = Math.floor(unit(seed, index, -2 - holiday, purpose.day) * days * 0.9);
    weights.fill(0, from, from + Math.min(4 + ((index + holiday * 7) % 15), Math.ceil(days / 20)));
  }
  // A short history might be all holiday. The first and last day are partly outside it: they don't count.
  const inside = weights.subarray(days > 2 ? 1 : 0, days > 2 ? days - 1 : days);
  if (!inside.some((weight) => weight > 0)) weights.fill(1);
  if (days <= 2) weights.fill(1);
  return weights;
}

function cumulativeShare(hours: readonly number[]): Float64Array {
  const shares = new Float64Array(25);
  const total = hours.reduce((sum, weight) => sum + weight, 0);
  for (let hour = 0; hour < 24; hour += 1) shares[hour + 1] = at(shares, hour) + (hours[hour] ?? 0) / total;
  shares[24] = 1;
  return shares;
}

function shareOfDay(calendar: Calendar, day: number, instant: number): number {
  const start = at(calendar.dayStarts, day);
  const length = at(calendar.dayStarts, day + 1) - start;
  const time = Math.min(24, Math.max(0, ((instant - start) / length) * 24));
  const hour = Math.min(23, Math.floor(time));
  const hours = hoursOf(calendar, day);
  return at(hours, hour) + (time - hour) * (at(hours, hour + 1) - at(hours, hour));
}

function hoursOf(calendar: Calendar, day: number): Float64Array {
  return calendar.weekend[day] === 1 ? calendar.weekendHours : calendar.weekdayHours;
}

function clips(calendar: Calendar, day: number): readonly [number, number] {
  return [day === 0 ? calendar.clipStart : 0, day === calendar.weekend.length - 1 ? calendar.clipEnd : 1];
}

/** Index of the last value at or below the target, among all but the final value. */
function lastAtOrBelow(ascending: Float64Array, target: number): number {
  let low = 0;
  let high = ascending.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (at(ascending, middle) <= target) low = middle;
    else high = middle - 1;
  }
  return low;
}

function at(values: Float64Array, index: number): number {
  return values[index] as number; // safe: callers stay within the array
}
