import type { Rejection } from '../../shared/post.ts';

const keptMax = 100;

/** Counts rejected records and keeps the first hundred: a damaged file could have a million. */
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
