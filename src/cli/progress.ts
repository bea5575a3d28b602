import { Presets, SingleBar } from 'cli-progress';
import type { Output } from './output.ts';

/** Says how far the work is, and what a format's other names stand for. */
export type TellProgress = (done: number, total: number, shown: Readonly<Record<string, string>>) => void;

/**
 * Does work under a bar, on a terminal; nowhere else, nor beside --json. The cursor that the bar hides is back when the
 * work is over, be it by a failure or a signal.
 */
export async function withProgress<T>(
  output: Output,
  figures: string,
  work: (tell: TellProgress) => Promise<T>,
): Promise<T> {
  if (output.json || process.stderr.isTTY !== true) return work(() => {});
  const format = `{message} [{bar}] {percentage}% | ${figures}`;
  const bar = new SingleBar({ format, hideCursor: true, stopOnComplete: false }, Presets.legacy);
  bar.start(1, 0, { message: 'Waiting', rate: '0' });
  try {
    return await work((done, total, shown) => {
      bar.setTotal(Math.max(total, 1));
      bar.update(done, shown);
    });
  } finally {
    bar.stop();
  }
}
