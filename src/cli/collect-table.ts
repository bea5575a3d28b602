import type { JobRow } from '../entities/job/query.ts';
import { clip, count, table } from './output.ts';

/** The shown figures of a chat that is collected. */
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
 * The lines of a table that is redrawn in place: at most as many as the terminal has, since lines that scrolled off
 * cannot be redrawn. When there are too many channels, the busiest are shown in their order, and one line has the sums
 * of the rest.
 */
export function collectTable(
  rows: readonly Collected[],
  { rows: height, columns: width }: Size,
): readonly string[] {
  // One line each: the heads, the sums, and the cursor below.
  const fits = Math.max(1, height - 3);
  const busiest = new Set([...rows].sort((a, b) => rateOf(b) - rateOf(a)).slice(0, fits));
  const [shown, hidden] =
    rows.length <= fits + 1
      ? [rows, []]
      : [rows.filter((row) => busiest.has(row)), rows.filter((row) => !busiest.has(row))];
  const sum = (of: (row: Collected) => number) => hidden.reduce((total, row) => total + of(row), 0);
  const rest = [
    `${hidden.length} more`,
    count(sum(({ inserted }) => inserted)),
    `${sum(rateOf).toFixed(1)}/s`,
    count(sum(({ gone }) => gone ?? 0)),
    count(sum(({ rejected }) => rejected)),
    '',
  ];
  const lines = table([heads, ...shown.map(cellsOf), ...(hidden.length > 0 ? [rest] : [])], [1, 2, 3, 4]);
  return lines.map((line) => (line.length < width ? line : `${line.slice(0, width - 2)}…`));
}
