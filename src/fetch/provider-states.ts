import type { Sql } from 'postgres';
import type { FetchProviderName } from '../providers/fetch-provider.ts';
import { messageText } from '../shared/text.ts';

/** The workers' view of a provider. */
export type ProviderState = {
  /** When its circuit closes again after repeated failures; null when it is closed. */
  readonly openUntil: Date | null;
  /** When its rate limit ends; null when there is room. */
  readonly limitedUntil: Date | null;
  /** Its last failure; null when its last answer was good. */
  readonly note: string | null;
};

/** Saves the state for the API. It may be called after every page, since it writes only changes. */
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

/** Lists the saved states; a provider that was never used has none. */
export async function listProviderStates(sql: Sql): Promise<Map<FetchProviderName, ProviderState>> {
  const rows = await sql<(ProviderState & { provider: FetchProviderName })[]>`
    select provider, open_until as "openUntil", limited_until as "limitedUntil", note from provider_states`;
  return new Map(rows.map(({ provider, ...state }) => [provider, state]));
}
