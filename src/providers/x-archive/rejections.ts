import type { Rejection } from '../../shared/post.ts';

const keptMax = 100;

/** Counts the records kept out, and keeps the first hundred: a broken file of a million would fill the memory. */
export class Rejections {
  readonly #first: Rejection[] = [];
  #count = 0;

  add(rejection: Rejection): void {
    this.#count++;
    if (this.#first.length < keptMax) this.#first.push(rejection);
  }

  get first(): readonly Rejection[] {
    return this.#first;
  }

  get count(): number {
    return this.#count;
  }
}
