import type { Sql } from 'postgres';
import type { FetchProviderName } from '../providers/fetch-provider.ts';
import { messageText } from '../shared/text.ts';

/** What the workers know of a provider. */
export type ProviderState = {
  /** Until when its circuit is open after repeated failures; null where it is closed. */
  readonly openUntil: Date | null;
  /** Until when its rate limit is used up; null where it is not. */
  readonly limitedUntil: Date | null;
  /** What it last said went wrong; null since it last answered well. */
  readonly note: string | null;
};

/** Keeps the state for the API to tell. Writes only what has changed: it may be called after every page. */
export async function saveProviderState(
  sql: Sql,
  provider: FetchProviderName,
  { openUntil, limitedUntil, note }: ProviderState,
): Promise<void> {
  const [open, limited] = [openUntil, limitedUntil].map((at) => at?.toISOString() ?? null);
  await sql`
    insert into provider_states as s (provider, open_until, limited_until, note)
    values (${provider}, ${open ?? null}, ${limited ?? null}, ${note && messageText(note)})
    on conflict (provider) do update
      set open_until = excluded.open_until, limited_until = excluded.limited_until, note = excluded.note,
        seen_at = now()
      where (s.open_until, s.limited_until, s.note)
        is distinct from (excluded.open_until, excluded.limited_until, excluded.note)`;
}

/** The states as last saved; a provider that was never used has none. */
export async function listProviderStates(sql: Sql): Promise<Map<FetchProviderName, ProviderState>> {
  const rows = await sql<(ProviderState & { provider: FetchProviderName })[]>`
    select provider, open_until as "openUntil", limited_until as "limitedUntil", note from provider_states`;
  return new Map(rows.map(({ provider, ...state }) => [provider, state]));
}
