import type { Sql, TransactionSql } from 'postgres';

/** A row of payloads, and between which posts those lie that it holds. */
type RawRange = { readonly batchId: number; readonly from: string; readonly to: string };

/**
 * Tells which rows of a stream's payloads may hold some posts' payloads: no index of the table does. Takes about 200
 * bytes for each row of up to 500 payloads.
 */
export class RawIndex {
  readonly #streamId: number;
  readonly #rows: RawRange[] = [];
  #last = 0;

  constructor(streamId: number) {
    this.#streamId = streamId;
  }

  /** Takes in the rows that came since it was last called. Rows of a stream get their numbers under its lock, in order. */
  async refresh(sql: Sql | TransactionSql): Promise<void> {
    const rows = await sql<RawRange[]>`
      select batch_id::float8 as "batchId", min(id) as "from", max(id) as "to"
      from raw_payloads cross join lateral (select id::text collate "C" as id from unnest(post_ids) as id) ids
      where stream_id = ${this.#streamId} and batch_id > ${this.#last}
      group by batch_id order by batch_id`;
    for (const row of rows) this.#rows.push(row);
    this.#last = rows.at(-1)?.batchId ?? this.#last;
  }

  /** The rows that may hold payloads of posts from one to another, both included. */
  rowsOf(from: string, to: string): number[] {
    return this.#rows.filter((row) => row.from <= to && row.to >= from).map(({ batchId }) => batchId);
  }
}
