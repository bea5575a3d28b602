import type { ChainRow } from './query.ts';

/** Some posts of paths, as lists in one order: over all parts a post comes before its replies. */
export type PathPart = {
  /** Ids, of one length, with a comma between. */
  readonly ids: string;
  /** The place of the post above among those of all parts; -1 of a root. As numbers with commas between, as all below. */
  readonly parents: string;
  readonly depths: string;
  readonly engagements: string;
};

/** A path with the engagement of its posts. */
export type ViralChain = ChainRow & { readonly engagement: number };

/** How many characters an id takes with the comma behind it. */
const idLength = 37;

/** How many posts a part has. */
export const postsIn = ({ ids }: PathPart): number => (ids.length + 1) / idLength;

/**
 * Sums the engagement along paths from the roots down, so that a post which many paths share is added once. Give it the
 * parts in their order.
 */
export class PathSums {
  readonly #ids: string[] = [];
  readonly #starts: number[] = [];
  readonly #sums: Float64Array;
  readonly #depths: Int32Array;
  readonly #isAnswered: Uint8Array;
  #posts = 0;

  constructor(posts: number) {
    this.#sums = new Float64Array(posts);
    this.#depths = new Int32Array(posts);
    this.#isAnswered = new Uint8Array(posts);
  }

  add(part: PathPart): void {
    this.#ids.push(part.ids);
    this.#starts.push(this.#posts);
    const [parents, depths, engagements] = [part.parents, part.depths, part.engagements].map(numbersOf);
    for (const [at, parent] of (parents ?? []).entries()) {
      const place = this.#posts++;
      this.#sums[place] = (engagements?.[at] ?? 0) + (this.#sums[parent] ?? 0);
      this.#depths[place] = depths?.[at] ?? 0;
      if (parent >= 0) this.#isAnswered[parent] = 1;
    }
  }

  /**
   * The paths that end in a post without replies and have so much engagement at least, most engaging first; of equal ones
   * that which ends in the post that came first. Nothing but numbers is looked at: a million posts take some 10 ms.
   */
  mostEngaging(first: number, minEngagement: number): readonly ViralChain[] {
    let best: number[] = [];
    let least = minEngagement;
    for (let place = 0; place < this.#posts; place++) {
      if (this.#isAnswered[place] === 1 || this.#sumAt(place) < least) continue;
      best.push(place);
      if (best.length < 8 * first + 8) continue;
      best = this.#top(best, first);
      least = this.#sumAt(best.at(-1) ?? 0);
    }
    return this.#top(best, first).map((place) => ({
      leafId: this.#idAt(place),
      depth: this.#depths[place] ?? 0,
      engagement: this.#sumAt(place),
    }));
  }

  /** Places are in the order of depths and ids. */
  #top(places: number[], first: number): number[] {
    return places.sort((a, b) => this.#sumAt(b) - this.#sumAt(a) || a - b).slice(0, first);
  }

  #sumAt(place: number): number {
    return this.#sums[place] ?? 0;
  }

  #idAt(place: number): string {
    const part = this.#starts.findLastIndex((start) => start <= place);
    const at = place - (this.#starts[part] ?? 0);
    return this.#ids[part]?.slice(at * idLength, (at + 1) * idLength - 1) ?? '';
  }
}

const numbersOf = (text: string) => JSON.parse(`[${text}]`) as number[]; // safe: Postgres joined numbers
