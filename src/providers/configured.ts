import { type FetchProvider, type FetchProviderName, fetchProviderNames } from './fetch-provider.ts';
import type { ProviderConfig } from './provider-config.ts';
import { createSocialData } from './socialdata/provider.ts';
import { createXApi } from './x-api/provider.ts';
import { createXScraper } from './x-scraper/provider.ts';

/** Returns the providers whose settings are complete, in the order in which they are asked. */
export function configuredProviders(config: ProviderConfig): readonly FetchProvider[] {
  return orderOf(config).flatMap((name) => makers[name](config) ?? []);
}

/** Returns what to set before the provider can be asked; null when it can. */
export function missingSetting(config: ProviderConfig, name: FetchProviderName): string | null {
  if (makers[name](config) === null) return `set ${settingOf[name]}`;
  return orderOf(config).includes(name) ? null : 'X_PROVIDERS leaves it out';
}

/** The variable that switches each provider on. */
export const settingOf: Readonly<Record<FetchProviderName, string>> = {
  X_API: 'X_BEARER_TOKEN',
  SOCIALDATA: 'SOCIALDATA_API_KEY',
  X_SCRAPER: 'X_SCRAPER=on',
};

/** Providers of the same price keep the order of `fetchProviderNames`. */
function orderOf({ order, prices }: ProviderConfig): readonly FetchProviderName[] {
  if (order !== 'cheapest') return [...new Set(order)];
  return [...fetchProviderNames].sort((a, b) => prices[a].post - prices[b].post);
}

const makers: Readonly<Record<FetchProviderName, (config: ProviderConfig) => FetchProvider | null>> = {
  X_API: ({ xApi, timeoutMs }) =>
    xApi.token === null
      ? null
      : createXApi({ bearerToken: xApi.token, baseUrl: xApi.url, requestTimeoutMs: timeoutMs }),
  SOCIALDATA: ({ socialData, timeoutMs }) =>
    socialData.key === null
      ? null
      : createSocialData({
          apiKey: socialData.key,
          baseUrl: socialData.url,
          requestTimeoutMs: timeoutMs,
        }),
  X_SCRAPER: ({ scraper, timeoutMs }) =>
    scraper.on
      ? createXScraper({
          cookies: scraper.cookies,
          baseUrl: scraper.url,
          spacingMs: scraper.spacingMs,
          robots: scraper.robots,
          requestTimeoutMs: timeoutMs,
          now: Date.now,
        })
      : null,
};
