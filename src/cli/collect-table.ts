import type { JobRow } from '../entities/job/query.ts';
import { clip, count, table } from './output.ts';

/** What is shown of a chat that is collected. */
export type Collected = Pick<
  JobRow,
  'subject' | 'message' | 'inserted' | 'gone' | 'rejected' | 'recentPostsPerSecond' | 'state'
>;

export const channelOf = ({ subject }: Pick<JobRow, 'subject'>): string =>
  subject.replace(/^the chat of /, '');

const rateOf = ({ state, recentPostsPerSecond }: Collected): number =>
  state === 'RUNNING' ? recentPostsPerSecond : 0;

export const cellsOf = (row: Collected): readonly string[] => [
  channelOf(row),
  count(row.inserted),
  row.state === 'RUNNING' ? `${row.recentPostsPerSecond.toFixed(1)}/s` : '',
  count(row.gone ?? 0),
  count(row.rejected),
  clip(row.message, 60),
];

const heads = ['channel', 'messages', 'now', 'deleted', 'dropped', ''];

type Size = { readonly rows: number; readonly columns: number };

/**
 * The lines of a table that is written again in its own place: never more than the terminal has, as what has left its top
 * cannot be written again. Of more channels than fit the busiest are shown, in their order, and the sums of all others.
 */
export function collectTable(
  rows: readonly Collected[],
  { rows: height, columns: width }: Size,
): readonly string[] {
  // The heads, the line of the others, and the line below in which the cursor waits.
  const fits = Math.max(1, height - 3);
  const busiest = new Set([...rows].sort((a, b) => rateOf(b) - rateOf(a)).slice(0, fits));
  const [shown, others] =
    rows.length <= fits + 1
      ? [rows, []]
      : [rows.filter((row) => busiest.has(row)), rows.filter((row) => !busiest.has(row))];
  const sum = (of: (row: Collected) => number) => others.reduce((total, row) => total + of(row), 0);
  const rest = [
    `${others.length} more`,
    count(sum(({ inserted }) => inserted)),
    `${sum(rateOf).toFixed(1)}/s`,
    count(sum(({ gone }) => gone ?? 0)),
    count(sum(({ rejected }) => rejected)),
    '',
  ];
  const lines = table([heads, ...shown.map(cellsOf), ...(others.length > 0 ? [rest] : [])], [1, 2, 3, 4]);
  return lines.map((line) => (line.length < width ? line : `${line.slice(0, width - 2)}…`));
}
