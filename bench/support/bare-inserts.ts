import type { Sql } from 'postgres';

export type BareInserts = {
  /** Inserts the requested number of rows and commits. */
  insert(): Promise<void>;
  /** Deletes all of them. */
  close(): Promise<void>;
};

/** Belongs to no stream: its rows are in no response and no rollup. */
const nobody = 2_147_483_647;

/** Inserts rows like a stream's newest posts into `posts` only: the minimum cost of storing them. */
export async function openBareInserts(sql: Sql, streamId: number, rows: number): Promise<BareInserts> {
  const columns = await sql<{ name: string }[]>`
    select attname as name from pg_attribute
    where attrelid = 'posts'::regclass and attnum > 0 and not attisdropped and attgenerated = ''
      and attname not in ('stream_id', 'post_id', 'created_at')`;
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  await sql.unsafe(`
    create unlogged table if not exists bare_rows as
    select * from posts where stream_id = ${Number(streamId)} order by created_at desc limit ${rows}`);
  const statement = `
    insert into posts (stream_id, post_id, created_at, ${names})
    select ${nobody}, ('ffffffff-ffff-ffff-ffff-' || lpad(to_hex($1::bigint + row_number() over ()), 12, '0'))::uuid, now(), ${names}
    from bare_rows`;
  let next = 0;
  return {
    async insert() {
      next += rows;
      await sql.unsafe(statement, [next], { prepare: true });
    },
    async close() {
      await sql`delete from posts where stream_id = ${nobody}`;
      await sql`drop table bare_rows`;
    },
  };
}
