import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 collect the whole heap when it has twice the size that was in use after the last such collection. By default
 * a small heap may grow to four times that, most of it garbage: objects of requests that are under way while the young
 * ones are collected become old. V8 reads the flag after each collection, so it may be set in a running process.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=100');
}
