import { DomainError } from '../shared/errors.ts';
import type { Fetchable } from '../shared/fetchable.ts';
import { settingOf } from './configured.ts';
import type { FetchProvider, FetchProviderName } from './fetch-provider.ts';

/** A provider, as far as one has to know it before anything is asked of it. */
export type Source = Pick<FetchProvider, 'name' | 'obstacle'>;

const targets = { account: 'timeline', topic: 'search' } as const;

/** The providers that fetch accounts, or topics; PROVIDER_NOT_CONFIGURED with what to set when none of them does. */
export function ableProviders<S extends Source>(
  providers: readonly S[],
  kind: Fetchable['kind'],
): readonly S[] {
  const able = providers.filter((provider) => provider.obstacle(targets[kind]) === null);
  if (able.length > 0) return able;
  const obstacles = providers.map((provider) => `${provider.name}: ${provider.obstacle(targets[kind])}`);
  const others = (Object.keys(settingOf) as FetchProviderName[]).filter(
    (name) => !providers.some((provider) => provider.name === name),
  );
  throw new DomainError(
    'PROVIDER_NOT_CONFIGURED',
    `Nothing to fetch ${kind === 'account' ? 'an account' : 'a topic'} with: ${[...obstacles, ...(others.length > 0 ? [`set ${others.map((name) => settingOf[name]).join(', or ')}`] : [])].join('; ')}`,
  );
}
