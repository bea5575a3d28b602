/** Milliseconds of processor time that work takes: those that others on the machine take do not count. */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** The least of three: a run may compile, or collect the garbage of others. */
export const leastMs = (work: () => void) => Math.min(...[1, 2, 3].map(() => cpuMs(work)));

/** What takes no longer than this is not looked at more closely. */
const msLeast = 60;
/** Eight times the text takes linear work 8 times as long, and quadratic work 64 times. */
const growthMax = 24;
/** What grows no more than this by one look is not looked at again: quadratic work is missed only when that look took five times too long. */
const growthFew = 12;

/** Small steps at first, so that exponential work is found out while it takes a second. */
const firstSizes = [16, 20, 22, 24, 26, 28, 30, 300, 3_000];

/**
 * The size at which the work is found to grow faster than the text does; null where it does not, up to `largest`
 * characters. How fast the machine is does not matter: the work is compared with itself at an eighth of the size.
 * `told` is given the milliseconds that the last size took.
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
    // Looked at again only when the first run, which may have compiled, took too long.
    if (first > most && leastMs(() => work(size)) > most) return size;
  }
  return null;
}
