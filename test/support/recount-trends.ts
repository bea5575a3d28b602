import type { Database } from '../../src/db/client.ts';

/**
 * The expected trends, counted naively from a list of all posts. Shares with the tested code only the arithmetic of
 * scores, which has its own tests.
 */

type Row = {
  readonly streamId: number;
  readonly postId: string;
  readonly authorId: string;
  readonly at: number;
  readonly stands: boolean;
  readonly isRepost: boolean;
  readonly terms: Readonly<Record<Kind, readonly string[]>>;
};
export type Kind = 'HASHTAG' | 'MENTION' | 'WORD';

export type Counted = {
  readonly term: string;
  readonly posts: number;
  readonly authorHours: number;
  readonly authors: number;
};

const hourMs = 3_600_000;

/** The own posts of all streams. */
export class TrendRecount {
  readonly #rows: readonly Row[];

  private constructor(rows: readonly Row[]) {
    this.#rows = rows;
  }

  static async of(db: Pick<Database, 'sql'>): Promise<TrendRecount> {
    const rows = await db.sql`
      select stream_id as "streamId", post_id as "postId", author_id as "authorId", stands, kind = 'REPOST' as "isRepost",
        (extract(epoch from created_at) * 1000)::float8 as at,
        json_build_object('HASHTAG', hashtags, 'MENTION', mentions, 'WORD', coalesce(words, string_to_array(message_words, ' '))) as terms
      from posts where own order by stream_id`;
    return new TrendRecount(rows as unknown as readonly Row[]);
  }

  /**
   * The terms of a window, those with most posts first. `from` is inclusive, `to` exclusive. `streamIds`: null for all
   * streams.
   */
  count(kind: Kind, from: number, to: number, streamIds: readonly number[] | null): readonly Counted[] {
    const terms = new Map<string, { posts: number; hours: Set<string>; authors: Set<string> }>();
    for (const { authorId, at, terms: own } of this.#once(streamIds)) {
      if (at < from || at >= to) continue;
      for (const term of own[kind]) {
        const counted = terms.get(term) ?? { posts: 0, hours: new Set(), authors: new Set() };
        terms.set(term, counted);
        counted.posts++;
        counted.hours.add(`${Math.floor(at / hourMs)} ${authorId}`);
        counted.authors.add(authorId);
      }
    }
    return [...terms]
      .map(([term, { posts, hours, authors }]) => ({
        term,
        posts,
        authorHours: hours.size,
        authors: authors.size,
      }))
      .sort((a, b) => b.posts - a.posts || Buffer.compare(Buffer.from(a.term), Buffer.from(b.term)));
  }

  /**
   * One row per post. For all streams: the row that stands; each post must have exactly one. For some streams: the row
   * of the first of these streams.
   */
  #once(streamIds: readonly number[] | null): readonly Row[] {
    const rows = new Map<string, Row>();
    for (const row of this.#rows) {
      if (streamIds === null) {
        if (!row.stands) continue;
        if (rows.has(row.postId)) throw new Error(`Two rows stand for ${row.postId}`);
        rows.set(row.postId, row);
      } else if (streamIds.includes(row.streamId) && !row.isRepost && !rows.has(row.postId))
        rows.set(row.postId, row);
    }
    if (streamIds === null && rows.size !== new Set(this.#rows.map(({ postId }) => postId)).size)
      throw new Error('No row stands for a post');
    return [...rows.values()].filter(({ isRepost }) => !isRepost);
  }

  /** Author-hours of all terms, by hour. */
  totals(kind: Kind, from: number, to: number, streamIds: readonly number[] | null) {
    const totals: { hour: number; authorHours: number }[] = [];
    for (let start = from; start < to; start += hourMs) {
      const authorHours = this.count(kind, start, start + hourMs, streamIds).reduce(
        (sum, one) => sum + one.authorHours,
        0,
      );
      if (authorHours > 0) totals.push({ hour: start / hourMs, authorHours });
    }
    return totals;
  }
}
