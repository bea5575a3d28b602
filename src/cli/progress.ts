import progress, { type GenericFormatter, type ValueFormatter } from 'cli-progress';
import { count, type Output } from './output.ts';

const { Format, Presets, SingleBar } = progress;

/** Says how far the work is, and what a format's other names stand for; without a total only the message is shown. */
export type ReportProgress = (
  done: number,
  total: number | null,
  shown: Readonly<Record<string, string>>,
) => void;

/**
 * Does work under a bar, on a terminal; nowhere else, nor beside --json. The cursor that the bar hides is back when the
 * work is over, be it by a failure or a signal.
 */
export async function withProgress<T>(
  output: Output,
  figures: string,
  work: (report: ReportProgress) => Promise<T>,
): Promise<T> {
  if (output.json || process.stderr.isTTY !== true) return work(() => {});
  let known = false;
  // The message comes last: a long one is cut where the line ends, and hides nothing.
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
