import { listProviderStatus, type ProviderStatus } from '../fetch/provider-status.ts';
import { openSpending, type Spending } from '../fetch/spending.ts';
import { configuredProviders } from '../providers/configured.ts';
import type { FetchProvider, FetchProviderName } from '../providers/fetch-provider.ts';
import type { ProviderConfig } from '../providers/provider-config.ts';
import { DomainError } from '../shared/errors.ts';
import { printUsd, toMicroUsd } from '../shared/price.ts';
import { type Environment, type Output, print, table } from './output.ts';
import { stopped } from './stopped.ts';
import { withStore } from './with-store.ts';

/** The result of a look-up. */
type Trial = {
  readonly ok: boolean;
  readonly ms: number;
  readonly error: { readonly code: string; readonly message: string } | null;
};

/** Shows each provider. With `test` requests a profile from each configured one, and fails when one fails. */
export async function providers(
  environment: Environment,
  options: Output & { readonly test?: boolean },
): Promise<void> {
  await withStore(environment, async ({ db }, { providers: config }) => {
    const trials = options.test ? await tryAll(config, openSpending(db.sql, config)) : null;
    const list = await listProviderStatus(db.sql, config, new Date());
    const tested = list.map((status) => ({ ...status, test: trials?.get(status.provider) ?? null }));
    print(options, { providers: tested }, describe(list, trials));
    if ([...(trials?.values() ?? [])].some(({ ok }) => !ok)) process.exitCode = 1;
  });
}

async function tryAll(
  config: ProviderConfig,
  spending: Spending,
): Promise<ReadonlyMap<FetchProviderName, Trial>> {
  const trials = configuredProviders(config).map(
    async (provider) => [provider.name, await tryOne(provider, spending)] as const,
  );
  return new Map(await Promise.all(trials));
}

/** Requests the profile of @X, which always exists. It costs as much as any other. */
async function tryOne(provider: FetchProvider, spending: Spending): Promise<Trial> {
  const started = performance.now();
  const elapsed = () => Math.round(performance.now() - started);
  try {
    const reservation = await spending.reserve(provider.name, { posts: 0, users: 1, own: false });
    const call = { signal: stopped };
    const cost = await provider.profile({ handle: 'X', platformId: null }, call).then(
      (answer) => answer.cost,
      async (failure) => {
        await spending.settle(reservation, null, false);
        throw failure;
      },
    );
    await spending.settle(reservation, cost, false);
    return { ok: true, ms: elapsed(), error: null };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { ok: false, ms: elapsed(), error: { code: error.code, message: error.message } };
  }
}

function describe(
  list: readonly ProviderStatus[],
  trials: ReadonlyMap<FetchProviderName, Trial> | null,
): readonly string[] {
  const usd = (amount: number | null) => (amount === null ? 'none' : printUsd(toMicroUsd(amount)));
  const head = ['provider', 'configured', 'available', 'limited until', 'spent USD', 'budget USD'];
  const rows = list.map((status) => [
    status.provider,
    status.configured ? 'yes' : 'no',
    status.available ? 'yes' : 'no',
    status.rateLimitedUntil?.toISOString() ?? '-',
    usd(status.spentUsd),
    usd(status.budgetUsd),
    ...(trials ? [result(trials.get(status.provider))] : []),
    status.note ?? '',
  ]);
  return table([[...head, ...(trials ? ['test'] : []), 'note'], ...rows]);
}

function result(trial: Trial | undefined): string {
  if (trial === undefined) return '-';
  return trial.error === null ? `ok (${trial.ms} ms)` : `${trial.error.code}: ${trial.error.message}`;
}
