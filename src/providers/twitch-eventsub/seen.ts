/** How many are remembered, of this time and the time before. */
const idsMax = 100_000;

/** Remembers the ids of the newest messages, at least `idsMax` of them: Twitch sends each at least once. */
export class Seen {
  #young = new Set<string>();
  #old = new Set<string>();

  /** Whether an id is new; it is not, when it is asked for again. */
  isNew(id: string): boolean {
    if (this.#young.has(id) || this.#old.has(id)) return false;
    if (this.#young.size >= idsMax) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    this.#young.add(id);
    return true;
  }
}
