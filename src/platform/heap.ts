import { setFlagsFromString } from 'node:v8';

/**
 * Makes V8 collect the whole heap when it has twice the size that was in use after the last full collection. By default
 * a small heap may grow to four times that, mostly garbage: objects of pending requests become old when the young
 * generation is collected. V8 reads the flag after each collection, so it can be set in a running process.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=100');
}
