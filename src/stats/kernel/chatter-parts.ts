import { setImmediate } from 'node:timers/promises';
import { chatterBits } from '../../db/packed-chatters.ts';
import {
  type Bytes,
  ChatterNumbers,
  type PackedChatters,
  PackedIds,
  quartersOfDay,
  unpackPosts,
} from './packed-chatters.ts';

/** Chatters of a stretch of a UTC day, read in ascending order of their ids. */
export class Piece {
  /** How many chatters there are. */
  readonly chatters: number;
  /** Their ids; null when it is not told who they are. */
  readonly ids: PackedIds | null;
  /** Of each quarter-hour of the day the key, less than 0 where none counts. */
  readonly keys: Int32Array;
  /** The key of all of its quarter-hours, when these are not told. */
  readonly #key: number;
  readonly #values: Values | null;
  /** Whether the values are numbers of messages. */
  readonly #areCounts: boolean;
  readonly #quarters: Quarters | null;
  /** How many chatters were read, and how many of their quarter-hours. */
  #at = 0;
  #next = 0;

  /** `first`: the first quarter-hour that counts. */
  constructor(
    { chatters, ids, values, areCounts, quarters }: PieceContent,
    keys: Int32Array = everyQuarter,
    first = 0,
  ) {
    this.chatters = chatters;
    this.ids = ids;
    this.keys = keys;
    this.#key = keys[first] ?? -1;
    this.#values = values;
    this.#areCounts = areCounts;
    this.#quarters = quarters;
  }

  /** How many sightings there are, at most. */
  get most(): number {
    return Math.max(this.chatters, this.#quarters?.quarters.length ?? 0);
  }

  rewind(): void {
    this.ids?.rewind();
    [this.#at, this.#next] = [0, 0];
  }

  /** Reads the chatters that come next, those with an id below some id. */
  read(below: number, numbers: ChatterNumbers, into: Sightings): void {
    into.length = 0;
    if (this.ids === null) return;
    const read = numbers.read(this.ids, below, into.read);
    if (this.#quarters === null) this.#addWhole(read, into);
    else if (this.#quarters.values === null) this.#addKeys(read, into, this.#quarters);
    else this.#addValues(read, into, this.#quarters, this.#quarters.values);
    this.#at += read;
  }

  #addWhole(read: number, into: Sightings): void {
    const values = this.#values;
    if (this.#key < 0) return;
    for (let at = 0; at < read; at += 1) {
      into.numbers[at] = into.read[at] ?? 0;
      into.keys[at] = values === null ? this.#key : (values[this.#at + at] ?? 0);
    }
    into.length = read;
  }

  #addKeys(read: number, into: Sightings, { counts, quarters }: Quarters): void {
    const { numbers, keys } = into;
    const [keyOf, begun] = [this.keys, this.#at];
    let [next, length] = [this.#next, 0];
    for (let at = 0; at < read; at += 1) {
      const number = into.read[at] ?? 0;
      const end = next + (counts[begun + at] ?? 0);
      for (let last = -1; next < end; next += 1) {
        const key = keyOf[quarters[next] ?? 0] ?? -1;
        if (key === last) continue;
        last = key;
        if (key < 0) continue;
        numbers[length] = number;
        keys[length] = key;
        length += 1;
      }
    }
    this.#next = next;
    into.length = length;
  }

  /** The keys are the sums of the values of the quarter-hours that count. */
  #addValues(read: number, into: Sightings, { counts, quarters }: Quarters, values: Values): void {
    const [keyOf, begun] = [this.keys, this.#at];
    let [next, length] = [this.#next, 0];
    for (let at = 0; at < read; at += 1) {
      const end = next + (counts[begun + at] ?? 0);
      let sum = -1;
      for (; next < end; next += 1) {
        if ((keyOf[quarters[next] ?? 0] ?? -1) < 0) continue;
        const value = values[next] ?? 0;
        if (this.#areCounts) sum = Math.max(sum, 0) + value;
        // Quarter-hours ascend: the first that counts has the chatter's earliest message.
        else sum = sum < 0 ? value : sum | (value & ~chatterBits.unmarked);
      }
      if (sum < 0) continue;
      into.numbers[length] = into.read[at] ?? 0;
      into.keys[length] = sum;
      length += 1;
    }
    this.#next = next;
    into.length = length;
  }
}

/** The same key for each quarter-hour of a day. */
export const everyQuarter = new Int32Array(quartersOfDay);

/** A number for each chatter or quarter-hour: the sum of its marks, or how many messages. */
type Values = Bytes | Int32Array;

/** The quarter-hours of chatters, as `packedChattersOf` says. `values`: when they were asked for. */
type Quarters = { readonly counts: Buffer; readonly quarters: Buffer; readonly values: Values | null };

/** The chatters of a piece. A field that was not requested is null. */
type PieceContent = {
  readonly chatters: number;
  readonly ids: PackedIds | null;
  readonly values: Values | null;
  readonly areCounts: boolean;
  readonly quarters: Quarters | null;
};

/** Reads the chatters of a row. `areCounts`: whether its values are numbers of messages. */
export function readRow(row: PackedChatters, areCounts = false): PieceContent {
  const valuesOf = (text: string | null, length: number): Values | null => {
    const bytes = toBytes(text);
    return bytes === null || !areCounts ? bytes : unpackPosts(bytes, length);
  };
  const [ids, counts, quarters] = [toBytes(row.ids), toBytes(row.counts), toBytes(row.quarters)];
  return {
    chatters: row.chatters,
    ids: ids && new PackedIds(ids, row.names),
    values: valuesOf(row.values, row.chatters),
    areCounts,
    quarters: counts &&
      quarters && { counts, quarters, values: valuesOf(row.quarter_values, quarters.length) },
  };
}

export const toBytes = (text: string | null): Buffer | null =>
  text === null ? null : Buffer.from(text, 'base64');

/**
 * Chatters of a piece, each with a key: one of the piece's keys, once for consecutive quarter-hours with the same key. A piece of marks or
 * of messages has the sum of the `chatterBits`, or the number of messages, instead.
 */
export class Sightings {
  readonly numbers: Int32Array;
  readonly keys: Int32Array;
  length = 0;
  /** The numbers of the chatters that were read. */
  readonly read: Int32Array;

  constructor(most: number) {
    this.numbers = new Int32Array(most);
    this.keys = new Int32Array(most);
    this.read = new Int32Array(most);
  }
}

/** Chatters whose ids lie between two ids, of some pieces. */
export class Part {
  /** Who of them has which number. */
  readonly numbers: ChatterNumbers;
  readonly #below: number;
  readonly #sightings: Sightings;

  constructor(numbers: ChatterNumbers, below: number, sightings: Sightings) {
    this.numbers = numbers;
    this.#below = below;
    this.#sightings = sightings;
  }

  /** Those of a piece. Valid until the next is read; each piece is read once a part. */
  read(piece: Piece): Sightings {
    piece.read(this.#below, this.numbers, this.#sightings);
    return this.#sightings;
  }
}

/** How many milliseconds of work are done before other work runs. */
const sliceMs = 10;

/** The time that work in steps has had since other work ran last. Call `yieldSlice` between two steps. */
export class TimeSlice {
  #begun = performance.now();

  async yieldSlice(): Promise<void> {
    if (performance.now() - this.#begun < sliceMs) return;
    await setImmediate();
    this.#begun = performance.now();
  }
}

/**
 * How many chatters of all pieces together a part has, about. What is noted of its chatters then stays in the cache of a processor:
 * looking up a chatter among 200,000 takes three times as long as among 10,000.
 */
const chattersOfPart = 50_000;

/** The chatters of some pieces, in parts by their ids. `first`: ids that have the first numbers in each part. */
export async function* partsOf(
  pieces: readonly Piece[],
  first: readonly string[] = [],
): AsyncGenerator<Part> {
  const numbers = new ChatterNumbers();
  const sightings = new Sightings(Math.max(0, ...pieces.map(({ most }) => most)));
  for (const piece of pieces) piece.rewind();
  const slice = new TimeSlice();
  for (const below of boundsOf(pieces)) {
    numbers.clear();
    for (const id of first) numbers.ofAuthor(id);
    yield new Part(numbers, below, sightings);
    await slice.yieldSlice();
  }
}

/** Of some pieces, at most, ids are looked at to tell how they lie. */
const lookedAtMax = 8;
const eachNth = 64;

/** Where parts end: ids that ascend, the last Infinity. */
function boundsOf(pieces: readonly Piece[]): readonly number[] {
  const chatters = pieces.reduce((sum, piece) => sum + (piece.ids?.length ?? 0), 0);
  const parts = Math.ceil(chatters / chattersOfPart);
  if (parts < 2) return [Number.POSITIVE_INFINITY];
  const step = Math.ceil(pieces.length / lookedAtMax);
  const sampled = pieces.filter((_, at) => at % step === 0).flatMap(({ ids }) => ids?.sample(eachNth) ?? []);
  const ordered = Float64Array.from(sampled).sort();
  const bounds = Array.from(
    { length: parts - 1 },
    (_, part) => ordered[Math.floor(((part + 1) * ordered.length) / parts)],
  );
  return [...new Set(bounds.filter((id) => id !== undefined)), Number.POSITIVE_INFINITY];
}
