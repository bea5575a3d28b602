import postgres from 'postgres';

/**
 * Blocks a store's jobs after this many pages, in the middle of the next page. A blocked job keeps running until the
 * test calls the returned function. A cluster refuses triggers on distributed tables, so there a job is blocked when it
 * raises the stream's version.
 */
export async function holdAfter(url: string, pages: number): Promise<() => Promise<void>> {
  const holder = postgres(url, { max: 1, onnotice: () => {} });
  await holder`select pg_advisory_lock(1)`;
  const [store] = await holder`select to_regclass('two_phases') is not null as distributed`;
  const write = store?.distributed ? 'update on streams' : 'insert on posts';
  await holder.unsafe(`
    create or replace function hold() returns trigger language plpgsql as $$ begin
      if (select max(pages) from jobs where state = 'RUNNING') >= ${pages} then perform pg_advisory_xact_lock_shared(1); end if;
      return null;
    end $$;
    create or replace trigger hold before ${write} for each statement execute function hold()`);
  return async () => {
    await holder.end();
    const client = postgres(url, { max: 1, onnotice: () => {} });
    await client`drop function if exists hold cascade`;
    await client.end();
  };
}
