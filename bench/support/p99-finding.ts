import { type Finding, ms, times } from './finding.ts';
import { percentile, type Timings } from './timings.ts';

/** The 99th percentile of requests against a floor; the target is in milliseconds. */
export function p99Finding(measured: {
  readonly part: string;
  readonly what: string;
  readonly size: string;
  readonly ours: Timings;
  readonly floor: Timings;
  /** Description of the floor. */
  readonly beside?: string;
  readonly target: number;
}): Finding {
  const { part, what, size, ours, floor, beside = 'the plain statement', target } = measured;
  const p99 = percentile(ours, 0.99);
  return {
    part,
    what,
    size: `${size}, ${ours.length} runs`,
    figure: `p50 ${ms(percentile(ours, 0.5))}, p99 ${ms(p99)}`,
    floor: `p50 ${ms(percentile(floor, 0.5))}, p99 ${ms(percentile(floor, 0.99))} for ${beside}`,
    ratio: times(percentile(ours, 0.5) / percentile(floor, 0.5)),
    target: `p99 <= ${target} ms`,
    met: p99 <= target,
  };
}
