/**
 * The positions of the lines of a long list whose lines have different heights. A line has the default height until it
 * is measured. Adding lines at the end and removing lines at the beginning takes a time that hardly depends on the
 * number of lines; adding lines at the beginning rebuilds all sums.
 */
export class LineHeights<Row extends object> {
  readonly #usual: number;
  /** Measured heights, dropped together with their rows. */
  #known = new WeakMap<Row, number>();
  #rows: readonly Row[] = [];
  /** Sums of the differences from the default height: a binary indexed tree, whose first index is 1. */
  #tree: number[] = [0];
  /** Removed lines that are still in the tree. */
  #gone = 0;

  constructor(usual: number) {
    this.#usual = usual;
  }

  /** Sets the current rows. Returns the height of the rows that were added before the first one. */
  take(rows: readonly Row[]): number {
    const before = this.#rows;
    if (rows === before) return 0;
    const [first] = rows;
    const [oldFirst] = before;
    const went = first === undefined ? -1 : before.indexOf(first);
    this.#rows = rows;
    // Removed lines stay in the tree until there are as many of them as present ones.
    if (went < 0 || this.#gone + went > rows.length) {
      this.#build();
      return oldFirst === undefined ? 0 : this.topOf(Math.max(0, rows.indexOf(oldFirst)));
    }
    this.#gone += went;
    let same = 0;
    while (same < rows.length && before[went + same] === rows[same]) same += 1;
    this.#tree.length = this.#gone + same + 1;
    this.#add(same);
    return 0;
  }

  /** Drops all measurements, for example after a change of width. */
  forget(): void {
    this.#known = new WeakMap();
    this.#build();
  }

  /** The height of all lines. */
  get total(): number {
    return this.topOf(this.#rows.length);
  }

  /** The distance of a line from the top. */
  topOf(index: number): number {
    return index * this.#usual + this.#sum(this.#gone + index) - this.#sum(this.#gone);
  }

  /** The line at a position; the first or the last for positions outside. */
  indexAt(pixels: number): number {
    let [low, high] = [0, Math.max(0, this.#rows.length - 1)];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.topOf(middle) <= pixels) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Whether the height of a line is known. */
  isMeasured(index: number): boolean {
    const row = this.#rows[index];
    return row === undefined || this.#known.has(row);
  }

  /** Stores the height of a line; returns the change. */
  measure(index: number, height: number): number {
    const row = this.#rows[index];
    if (row === undefined) return 0;
    const change = height - (this.#known.get(row) ?? this.#usual);
    this.#known.set(row, height);
    if (change !== 0)
      for (let at = this.#gone + index + 1; at < this.#tree.length; at += at & -at)
        this.#tree[at] = (this.#tree[at] ?? 0) + change;
    return change;
  }

  /** The difference of a line's height from the default, as far as it is known. */
  #more(index: number): number {
    const row = this.#rows[index];
    return row === undefined ? 0 : (this.#known.get(row) ?? this.#usual) - this.#usual;
  }

  /** Builds the tree of all rows: each entry adds itself to one later entry. */
  #build(): void {
    const tree = new Array<number>(this.#rows.length + 1).fill(0);
    for (let at = 1; at < tree.length; at += 1) {
      const sum = (tree[at] ?? 0) + this.#more(at - 1);
      tree[at] = sum;
      const beyond = at + (at & -at);
      if (beyond < tree.length) tree[beyond] = (tree[beyond] ?? 0) + sum;
    }
    this.#tree = tree;
    this.#gone = 0;
  }

  /** Adds the rows from an index on to the end of the tree. */
  #add(from: number): void {
    for (let index = from; index < this.#rows.length; index += 1) {
      const at = this.#gone + index + 1;
      this.#tree[at] = this.#more(index) + this.#sum(at - 1) - this.#sum(at - (at & -at));
    }
  }

  /** The sum of the first entries. */
  #sum(places: number): number {
    let sum = 0;
    for (let at = places; at > 0; at -= at & -at) sum += this.#tree[at] ?? 0;
    return sum;
  }
}
