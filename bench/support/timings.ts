/** The durations of many runs, in milliseconds, ascending. */
export type Timings = readonly number[];

export type TimingOptions = {
  readonly runs: number;
  readonly warmUps: number;
  /** Done before each run, and not timed. */
  readonly before?: () => Promise<unknown>;
};

/** Repeats the work, one run after the other; the first runs warm up and do not count. */
export async function time(
  work: (run: number) => Promise<unknown>,
  { runs, warmUps, before }: TimingOptions,
): Promise<Timings> {
  const taken: number[] = [];
  for (let run = 0; run < warmUps + runs; run += 1) {
    await before?.();
    const started = performance.now();
    await work(run);
    if (run >= warmUps) taken.push(performance.now() - started);
  }
  return taken.sort((a, b) => a - b);
}

/** The value that this share of the runs does not exceed: by nearest rank, always a measured value. */
export function percentile(timings: Timings, share: number): number {
  return timings[Math.max(0, Math.ceil(timings.length * share) - 1)] ?? Number.NaN;
}

export const median = (timings: Timings): number => percentile(timings, 0.5);

/** Seconds that the work takes once. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1_000;
}
