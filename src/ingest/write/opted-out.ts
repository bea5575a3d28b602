import type { TransactionSql } from 'postgres';
import type { ChannelEvent } from '../../shared/channel-event.ts';
import { isOptedOut, nobodyOptedOut, type OptedOut } from '../../shared/opt-out.ts';
import type { AuthorRef } from '../../shared/author-ref.ts';

/**
 * The authors who opted out. When such a login comes with a new id, the id is saved, so that the author is recognised
 * under the next login. Served by the primary key and opt_outs_ids.
 */
export async function findOptedOut(
  tx: TransactionSql,
  authors: readonly Pick<AuthorRef, 'handle' | 'platformId'>[],
): Promise<OptedOut> {
  const byLogin = new Map<string, string | null>();
  for (const { handle, platformId } of authors) {
    const login = handle.toLowerCase();
    byLogin.set(login, platformId ?? byLogin.get(login) ?? null);
  }
  if (byLogin.size === 0) return nobodyOptedOut;
  const ids = [...byLogin.values()].filter((id) => id !== null);
  const rows = await tx.unsafe<{ login: string; platformIds: string[] }[]>(
    `select login, platform_ids as "platformIds" from opt_outs
     where kind = 'CHATTER' and (login = any($1::text[]) or platform_ids && $2::text[])`,
    [[...byLogin.keys()], ids],
    { prepare: true },
  );
  if (rows.length === 0) return nobodyOptedOut;
  const known = new Set(rows.flatMap(({ platformIds }) => platformIds));
  for (const { login } of rows) {
    const id = byLogin.get(login) ?? null;
    if (id === null || known.has(id)) continue;
    known.add(id);
    await tx`
      update opt_outs set platform_ids = array_append(platform_ids, ${id})
      where kind = 'CHATTER' and login = ${login} and not ${id} = any(platform_ids)`;
  }
  return { logins: new Set(rows.map(({ login }) => login)), ids: known };
}

/** An event without the name and words of an author who opted out; null for an event that deletes their messages. */
export function withoutOptedOut(event: ChannelEvent, optedOut: OptedOut): ChannelEvent | null {
  if (event.author === null || !isOptedOut(optedOut, event.author)) return event;
  if (event.kind === 'TIMEOUT' || event.kind === 'BAN') return null;
  return { ...event, author: null, text: null };
}
