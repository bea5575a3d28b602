import type { Sql, TransactionSql } from 'postgres';
import { BadInputError } from '../shared/errors.ts';
import type { OptOutKind } from '../shared/opt-out.ts';
import type { AccountProfile } from '../shared/post.ts';

/** Somebody who opted out. */
export type OptOut = { readonly kind: OptOutKind; readonly login: string; readonly createdAt: Date };

/** Throws BadInputError for a channel that opted out, so that no stream is created for it. */
export async function refuseOptedOut(
  tx: TransactionSql,
  { platform, handle, platformId }: Pick<AccountProfile, 'platform' | 'handle' | 'platformId'>,
): Promise<void> {
  if (platform !== 'TWITCH') return;
  const rows = await tx`
    select 1 from opt_outs where kind = 'CHANNEL'
      and (login = ${handle.toLowerCase()} or platform_ids && ${platformId === null ? [] : [platformId]}::text[])`;
  if (rows.length > 0)
    throw new BadInputError(`The channel ${handle} opted out: nothing of it is collected or imported`);
}

/** Returns the newest opt-outs, at most `first`. */
export const listOptOuts = (sql: Sql, first: number): Promise<readonly OptOut[]> => sql<OptOut[]>`
  select kind, login, created_at as "createdAt" from opt_outs order by created_at desc, kind, login limit ${first}`;

/** Removes an opt-out, and returns whether there was one. Removed messages do not come back by themselves. */
export async function removeOptOut(sql: Sql, kind: OptOutKind, login: string): Promise<boolean> {
  const rows = await sql`delete from opt_outs where kind = ${kind} and login = ${login} returning 1`;
  return rows.length > 0;
}
