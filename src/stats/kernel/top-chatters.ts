import type { Database } from '../../db/client.ts';
import { partsOf } from './chatter-parts.ts';
import { listPieces } from './chatters.ts';
import { Notes } from './packed-chatters.ts';
import type { StatsScope } from './scope.ts';
import type { Tally } from './tallies.ts';

/**
 * The chatters of a scope with the most messages, after the first `offset`; equal counts by id. Messages of which only the day is known are
 * not counted. QUERY_TOO_COMPLEX when there are too many chatters.
 */
export async function listTopChatters(
  db: Database,
  scope: StatsScope,
  first: number,
  offset: number,
): Promise<readonly Tally[]> {
  const pieces = await listPieces(db, scope, { detail: 'posts', bounds: [] });
  const posts = new Notes();
  const top = new Top(first + offset);
  for await (const part of partsOf(pieces)) {
    posts.clear();
    for (const piece of pieces) {
      const { numbers, keys, length } = part.read(piece);
      const sums = posts.of(part.numbers.size);
      for (let at = 0; at < length; at += 1) {
        const number = numbers[at] ?? 0;
        sums[number] = (sums[number] ?? 0) + (keys[at] ?? 0);
      }
    }
    const sums = posts.of(part.numbers.size);
    for (const [number, id] of part.numbers.ids().entries()) top.add(id, sums[number] ?? 0);
  }
  // Messages have no engagement.
  return top
    .ranked()
    .slice(offset)
    .map(({ id, posts: wrote }) => ({ value: id, posts: wrote, engagement: null, engaged: 0 }));
}

type Counted = { readonly id: string; readonly posts: number };

/** The first so many of a long list of counts. */
class Top {
  readonly #most: number;
  #counted: Counted[] = [];
  /** Fewer messages than this are not enough. */
  #least = 1;

  constructor(most: number) {
    this.#most = most;
  }

  add(id: string | number, posts: number): void {
    if (posts < this.#least) return;
    this.#counted.push({ id: String(id), posts });
    if (this.#counted.length >= 2 * this.#most + 1_000) this.#least = this.ranked().at(-1)?.posts ?? 1;
  }

  /** Most messages first; equal counts by id. Ids are ASCII. */
  ranked(): readonly Counted[] {
    this.#counted = this.#counted
      .sort((a, b) => b.posts - a.posts || (a.id < b.id ? -1 : 1))
      .slice(0, this.#most);
    return this.#counted;
  }
}
