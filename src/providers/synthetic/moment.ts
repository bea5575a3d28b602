import { hourMs } from '../../shared/instant.ts';
import { hash, purpose } from './random.ts';

/**
 * Things happen in the world, and people post about them at once. In every other two-hour cell of time, half of the
 * posts of all accounts are drawn to within six minutes of a moment, so that users meet and answer each other quickly.
 * `bend` keeps the order of instants and stays within the cell:
 *
 *   even   |.........|...................|.........|      0   1/4         3/4   1
 *   bent   |...............|:::::|.................|      0   moment∓1/20       1
 */
const cellMs = 2 * hourMs;
const near = 0.05;

/**
 * Moves an evenly placed instant toward the moment of its cell. Instants in cells that cross the start or the end stay.
 */
export function bend(seed: number, instant: number, start: number, end: number): number {
  const cell = Math.floor(instant / cellMs);
  const moment = momentOf(seed, cell, start, end);
  if (moment === null) return instant;
  const x = instant / cellMs - cell;
  if (x < 0.25) return (cell + (x / 0.25) * (moment - near)) * cellMs;
  if (x < 0.75) return (cell + moment - near + ((x - 0.25) / 0.5) * 2 * near) * cellMs;
  return (cell + moment + near + ((x - 0.75) / 0.25) * (1 - moment - near)) * cellMs;
}

/** The inverse of `bend`, as near as floating point allows. */
export function unbend(seed: number, instant: number, start: number, end: number): number {
  const cell = Math.floor(instant / cellMs);
  const moment = momentOf(seed, cell, start, end);
  if (moment === null) return instant;
  const y = instant / cellMs - cell;
  if (y < moment - near) return (cell + (y / (moment - near)) * 0.25) * cellMs;
  if (y < moment + near) return (cell + 0.25 + ((y - moment + near) / (2 * near)) * 0.5) * cellMs;
  return (cell + 0.75 + ((y - moment - near) / (1 - moment - near)) * 0.25) * cellMs;
}

/**
 * The position of the moment in its cell, 0.15 to 0.85; null in quiet cells and in those that cross the start or the
 * end.
 */
function momentOf(seed: number, cell: number, start: number, end: number): number | null {
  if (cell * cellMs < start || (cell + 1) * cellMs > end) return null;
  const h = hash(seed, cell, 0, purpose.moment);
  return h & 1 ? 0.15 + 0.7 * (h / 0x1_0000_0000) : null;
}
