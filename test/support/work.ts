/** Milliseconds of processor time of the work: other programs on the machine do not count. */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** The minimum of three: a run may include compilation or garbage collection. */
export const leastMs = (work: () => void) => Math.min(...[1, 2, 3].map(() => cpuMs(work)));

/** Work up to this time is not examined further. */
const msLeast = 60;
/** With eight times the text, linear work takes 8 times as long and quadratic work 64 times. */
const growthMax = 24;
/**
 * Growth up to this factor is accepted after one run of each size. Quadratic work is missed only when the run of the
 * smaller size took five times too long.
 */
const growthFew = 12;

/** Small steps at first, so that exponential work is detected while it takes only a second. */
const firstSizes = [16, 20, 22, 24, 26, 28, 30, 300, 3_000];

/**
 * The size at which the work grows faster than the text; null when it does not, up to `largest` characters. The
 * machine's speed does not matter: work is compared with itself at an eighth of the size. `told` receives the
 * milliseconds of the last size.
 */
export function slowFrom(
  work: (size: number) => void,
  largest = 16_000,
  told: (ms: number) => void = () => {},
): number | null {
  for (const size of [...firstSizes.filter((smaller) => smaller < largest), largest]) {
    const first = cpuMs(() => work(size));
    if (size === largest) told(first);
    if (first <= msLeast) continue;
    const eighth = () => work(Math.ceil(size / 8));
    const eighthMs = cpuMs(eighth);
    if (first <= growthFew * eighthMs) continue;
    const most = Math.max(msLeast, growthMax * Math.min(eighthMs, cpuMs(eighth), cpuMs(eighth)));
    // Repeated only when the first run, which may include compilation, was too slow.
    if (first > most && leastMs(() => work(size)) > most) return size;
  }
  return null;
}
