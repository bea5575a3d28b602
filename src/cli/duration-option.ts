import { parseDuration } from '../shared/duration.ts';

/** Milliseconds of an option that is an ISO 8601 duration; `fallback` when it was not given. */
export const durationOption = (text: string | undefined, fallback: number): number =>
  text === undefined ? fallback : parseDuration(text);
