import { namesOf } from './names.ts';

/** The days of the week in order, with the API's descriptions. */
export const weekdays = {
  MONDAY: { description: 'Monday, the first day of the week.' },
  TUESDAY: { description: 'Tuesday.' },
  WEDNESDAY: { description: 'Wednesday.' },
  THURSDAY: { description: 'Thursday.' },
  FRIDAY: { description: 'Friday.' },
  SATURDAY: { description: 'Saturday.' },
  SUNDAY: { description: 'Sunday, the last day of the week.' },
} as const;
export type Weekday = keyof typeof weekdays;

const names = namesOf(weekdays);

/** Returns the name of an ISO weekday: 1 is Monday, 7 is Sunday. */
export function weekdayOf(iso: number): Weekday {
  const name = names[iso - 1];
  if (name === undefined) throw new Error(`broken invariant: ${iso} is no weekday`);
  return name;
}
