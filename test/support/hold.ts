import postgres from 'postgres';

/**
 * Blocks a store's jobs after this many pages, in the middle of the next one: a blocked job stays under way until the
 * test continues. Returns a function that unblocks them. The trigger is on a table that is on one node in a cluster, too.
 */
export async function holdAfter(url: string, pages: number): Promise<() => Promise<void>> {
  const holder = postgres(url, { max: 1, onnotice: () => {} });
  await holder`select pg_advisory_lock(1)`;
  await holder.unsafe(`
    create or replace function hold() returns trigger language plpgsql as $$ begin
      if (select max(pages) from jobs where state = 'RUNNING') >= ${pages} then perform pg_advisory_xact_lock_shared(1); end if;
      return null;
    end $$;
    create or replace trigger hold before update on streams for each statement execute function hold()`);
  return async () => {
    await holder.end();
    const client = postgres(url, { max: 1, onnotice: () => {} });
    await client`drop function if exists hold cascade`;
    await client.end();
  };
}
