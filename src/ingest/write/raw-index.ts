import type { Sql, TransactionSql } from 'postgres';

/** A row of payloads, with the first and last key of its posts. */
type RawRange = { readonly batchId: number; readonly from: string; readonly to: string };

/**
 * Finds the rows that may hold the payloads of given posts; the table has no index for this. Takes about 200 bytes per
 * row of up to 500 payloads.
 */
export class RawIndex {
  readonly #streamId: number;
  readonly #rows: RawRange[] = [];
  #last = 0;

  constructor(streamId: number) {
    this.#streamId = streamId;
  }

  /** Adds rows inserted since the last call. A stream's rows get ascending numbers under its lock. */
  async refresh(sql: Sql | TransactionSql): Promise<void> {
    const rows = await sql<RawRange[]>`
      select batch_id::float8 as "batchId", min(id) as "from", max(id) as "to"
      from raw_payloads cross join lateral (select id::text collate "C" as id from unnest(post_ids) as id) ids
      where stream_id = ${this.#streamId} and batch_id > ${this.#last}
      group by batch_id order by batch_id`;
    for (const row of rows) this.#rows.push(row);
    this.#last = rows.at(-1)?.batchId ?? this.#last;
  }

  /** Rows that may hold payloads of posts in a range of keys, both ends included. */
  rowsOf(from: string, to: string): number[] {
    return this.#rows.filter((row) => row.from <= to && row.to >= from).map(({ batchId }) => batchId);
  }
}
