import type { TransactionSql } from 'postgres';
import { must } from '../shared/errors.ts';

/** The contents of a store that somebody would miss. */
export type Contents = {
  readonly streams: number;
  readonly posts: number;
  readonly jobs: number;
  readonly keys: number;
  readonly alerts: number;
  readonly 'opt-outs': number;
};

/** Counts the contents of the store. */
export async function contentsOf(tx: TransactionSql): Promise<Contents> {
  const [row] = await tx<Contents[]>`
    select /* across streams: the whole store */ (select count(*) from streams)::float8 as streams, (select count(*) from posts)::float8 as posts,
      (select count(*) from jobs)::float8 as jobs, (select count(*) from api_keys)::float8 as keys,
      (select count(*) from alerts)::float8 as alerts, (select count(*) from opt_outs)::float8 as "opt-outs"`;
  return must(row, 'an aggregate');
}

export const isEmpty = (contents: Contents): boolean => Object.values(contents).every((count) => count === 0);

/** The contents in words: `2 streams, 1,234 posts`. */
export function describeContents(contents: Contents): string {
  const words = Object.entries(contents)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count.toLocaleString('en-US')} ${count === 1 ? what.slice(0, -1) : what}`);
  return words.length === 0 ? 'nothing' : words.join(', ');
}
