import { hourMs } from '../../shared/instant.ts';
import type { TrendKind } from '../../shared/trend.ts';
import type { BinaryRows } from '../write/binary-rows.ts';

/** The counted fields of a post. `hour` is the clock hour (UTC) as a number since 1970. */
export type PostUses = {
  readonly hour: number;
  readonly platform: string;
  readonly author: string;
  readonly hashtags: readonly string[];
  readonly mentions: readonly string[];
  readonly words: readonly string[];
};

/** The columns of `trend_buckets`, in the order of the rows written here. */
export const bucketColumns = [
  'platform',
  'kind',
  'size',
  'start',
  'terms',
  'posts',
  'author_hours',
  'all_author_hours',
] as const;

/** Counts one hour's posts. Posts of the same author must follow one another. */
export class HourCounts {
  readonly hour: number;
  readonly #byPlatform = new Map<string, Readonly<Record<TrendKind, TermCounts>>>();
  #author = '';
  /** How many authors came before the current one. */
  #turn = 0;

  constructor(hour: number) {
    this.hour = hour;
  }

  add({ platform, author, hashtags, mentions, words }: PostUses): void {
    if (author !== this.#author) {
      this.#author = author;
      this.#turn++;
    }
    let counts = this.#byPlatform.get(platform);
    if (counts === undefined) {
      counts = { HASHTAG: new TermCounts(), MENTION: new TermCounts(), WORD: new TermCounts() };
      this.#byPlatform.set(platform, counts);
    }
    counts.HASHTAG.add(hashtags, this.#turn);
    counts.MENTION.add(mentions, this.#turn);
    counts.WORD.add(words, this.#turn);
  }

  writeTo(rows: BinaryRows): void {
    for (const [platform, byKind] of this.#byPlatform) {
      for (const [kind, counts] of Object.entries(byKind)) {
        if (counts.isEmpty) continue;
        if (rows.length === 0) rows.begin();
        rows.row(bucketColumns.length);
        rows.text(platform);
        rows.text(kind);
        rows.text('HOUR');
        rows.timestamptz(this.hour * hourMs);
        counts.writeTo(rows);
      }
    }
  }
}

/** Posts and distinct authors by term. */
class TermCounts {
  readonly #places = new Map<string, number>();
  readonly #posts: number[] = [];
  readonly #authors: number[] = [];
  /** By term: the last author who used it, as a number. */
  readonly #turns: number[] = [];

  get isEmpty(): boolean {
    return this.#posts.length === 0;
  }

  add(terms: readonly string[], turn: number): void {
    for (const term of terms) {
      const place = this.#places.get(term);
      if (place === undefined) {
        this.#places.set(term, this.#posts.length);
        this.#posts.push(1);
        this.#authors.push(1);
        this.#turns.push(turn);
        continue;
      }
      this.#posts[place] = (this.#posts[place] ?? 0) + 1;
      if (this.#turns[place] === turn) continue;
      this.#turns[place] = turn;
      this.#authors[place] = (this.#authors[place] ?? 0) + 1;
    }
  }

  writeTo(rows: BinaryRows): void {
    rows.texts([...this.#places.keys()]);
    rows.integers(this.#posts);
    rows.integers(this.#authors);
    rows.bigint(this.#authors.reduce((sum, authors) => sum + authors, 0));
  }
}
