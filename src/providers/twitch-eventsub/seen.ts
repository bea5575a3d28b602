/** Size of each of the two generations of ids. */
const idsMax = 100_000;

/** Remembers the ids of at least the newest `idsMax` messages, because Twitch may send a message more than once. */
export class Seen {
  #young = new Set<string>();
  #old = new Set<string>();

  /** Whether an id is new; remembers it. */
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
