import type { Sql } from 'postgres';
import { missingSetting } from '../providers/configured.ts';
import { type FetchProviderName, fetchProviderNames } from '../providers/fetch-provider.ts';
import type { ProviderConfig } from '../providers/provider-config.ts';
import { listProviderStates } from './provider-states.ts';
import { spentUsd } from './spending.ts';

/** Whether a provider can be used, and what it has cost this month. */
export type ProviderStatus = {
  readonly provider: FetchProviderName;
  readonly configured: boolean;
  /** False while its circuit is open, and when it is not configured. */
  readonly available: boolean;
  readonly rateLimitedUntil: Date | null;
  readonly spentUsd: number;
  readonly budgetUsd: number | null;
  /** Why it cannot be used, or its last failure; null when all is well. */
  readonly note: string | null;
};

/** Lists the status of every provider that fetches. Instants in the past are null. */
export async function listProviderStatus(
  sql: Sql,
  config: ProviderConfig,
  now: Date,
): Promise<readonly ProviderStatus[]> {
  const [states, spent] = await Promise.all([listProviderStates(sql), spentUsd(sql, now.getTime())]);
  return fetchProviderNames.map((provider) => {
    const state = states.get(provider);
    const missing = missingSetting(config, provider);
    return {
      provider,
      configured: missing === null,
      available: missing === null && ahead(state?.openUntil, now) === null,
      rateLimitedUntil: ahead(state?.limitedUntil, now),
      spentUsd: spent.get(provider) ?? 0,
      budgetUsd: config.budgets[provider],
      note: missing ?? state?.note ?? null,
    };
  });
}

const ahead = (at: Date | null | undefined, now: Date): Date | null => (at != null && at > now ? at : null);
