import { DomainError } from '../shared/errors.ts';
import type { Fetchable } from '../shared/fetchable.ts';
import { settingOf } from './configured.ts';
import type { FetchProvider, FetchProviderName } from './fetch-provider.ts';

/** The part of a provider that decides whether it can be asked. */
export type Source = Pick<FetchProvider, 'name' | 'obstacle'>;

const targets = { account: 'timeline', topic: 'search' } as const;

/**
 * Returns the providers that can fetch accounts (or topics). Throws PROVIDER_NOT_CONFIGURED, and says what to set, when
 * there are none.
 */
export function ableProviders<S extends Source>(
  providers: readonly S[],
  kind: Fetchable['kind'],
): readonly S[] {
  const able = providers.filter((provider) => provider.obstacle(targets[kind]) === null);
  if (able.length > 0) return able;
  const obstacles = providers.map((provider) => `${provider.name}: ${provider.obstacle(targets[kind])}`);
  const unset = (Object.keys(settingOf) as FetchProviderName[]).filter(
    (name) => !providers.some((provider) => provider.name === name),
  );
  throw new DomainError(
    'PROVIDER_NOT_CONFIGURED',
    `Nothing to fetch ${kind === 'account' ? 'an account' : 'a topic'} with: ${[...obstacles, ...(unset.length > 0 ? [`set ${unset.map((name) => settingOf[name]).join(', or ')}`] : [])].join('; ')}`,
  );
}
