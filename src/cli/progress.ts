import progress, { type GenericFormatter, type ValueFormatter } from 'cli-progress';
import { count, type Output } from './output.ts';

const { Format, Presets, SingleBar } = progress;

/** Reports progress, with values for the names in the format. Without a total only the message is shown. */
export type ReportProgress = (
  done: number,
  total: number | null,
  shown: Readonly<Record<string, string>>,
) => void;

/**
 * Shows a progress bar during work, on a terminal and without --json. Afterwards the cursor is visible again, also
 * after a failure or a signal.
 */
export async function withProgress<T>(
  output: Output,
  figures: string,
  work: (report: ReportProgress) => Promise<T>,
): Promise<T> {
  if (output.json || process.stderr.isTTY !== true) return work(() => {});
  let known = false;
  // The message comes last: when a long one is cut, nothing else is lost.
  const format: GenericFormatter = (options, params, shown) =>
    known
      ? Format.Formatter(
          { ...options, format: `[{bar}] {percentage}%{left} | ${figures} | {message}` },
          params,
          shown,
        )
      : String(shown.message);
  const formatValue: ValueFormatter = (value, options, type) =>
    type === 'value' || type === 'total' ? count(value) : Format.ValueFormat(value, options, type);
  const bar = new SingleBar(
    { format, formatValue, hideCursor: true, barsize: 20, stopOnComplete: false },
    Presets.legacy,
  );
  bar.start(1, 0, { message: 'Waiting', rate: '0', left: '' });
  try {
    return await work((done, total, shown) => {
      known = total !== null;
      bar.setTotal(Math.max(total ?? 1, 1));
      bar.update(done, shown);
    });
  } finally {
    bar.stop();
  }
}
