import { z } from 'zod';
import { type FetchProviderName, fetchProviderNames } from '../providers/fetch-provider.ts';
import { defaultPrices, type ProviderConfig } from '../providers/provider-config.ts';
import { dayMs } from '../shared/instant.ts';
import { parseJson } from '../shared/json.ts';
import { type Price, price } from '../shared/price.ts';
import { baseUrl, names, number, readBy, usd, type Values, word } from './variables.ts';

const prices = z.partialRecord(z.enum(fetchProviderNames), price.partial());
const expectedPrices = `JSON such as {"X_API":{"post":0.005}}, of ${fetchProviderNames.join(', ')}`;
const expectedOrder = `cheapest, or some of ${fetchProviderNames.join(', ')} with commas between`;

const url = () => baseUrl('https://example.org');

/** The providers for X, their order, prices and budgets. */
export const providerVariables = {
  X_BEARER_TOKEN: z.string().optional(),
  X_API_URL: url().default('https://api.x.com'),
  X_API_BUDGET_USD: usd,
  SOCIALDATA_API_KEY: z.string().optional(),
  SOCIALDATA_URL: url().default('https://api.socialdata.tools'),
  SOCIALDATA_BUDGET_USD: usd,
  X_SCRAPER: word(['on', 'off']).default('off'),
  X_SCRAPER_URL: url().default('https://x.com'),
  X_SCRAPER_COOKIES: z.string().optional(),
  X_SCRAPER_ROBOTS: word(['respect', 'ignore']).default('respect'),
  X_SCRAPER_SPACING_MS: number(2_000, 0, 600_000),
  X_PROVIDERS: z
    .string()
    .transform((text) => (text === 'cheapest' ? text : text.split(',').map((name) => name.trim())))
    .pipe(z.union([z.literal('cheapest'), z.array(z.enum(fetchProviderNames)).min(1)], expectedOrder))
    .default([...fetchProviderNames]),
  PROVIDER_PRICES: readBy(
    (text) => prices.safeParse(parseJson(text)).data ?? null,
    expectedPrices,
  ).optional(),
  X_OWN_HANDLES: names,
  PROVIDER_TIMEOUT_MS: number(15_000, 100, 600_000),
  REFRESH_AFTER_MS: number(15 * 60_000, 1_000, 30 * dayMs),
};
type ProviderValues = Values<typeof providerVariables>;

export type FetchConfig = {
  /** The age of the newest fetch beyond which a stream is stale. */
  readonly refreshAfterMs: number;
  readonly providers: ProviderConfig;
};

export const fetchConfig = (values: ProviderValues): FetchConfig => ({
  refreshAfterMs: values.REFRESH_AFTER_MS,
  providers: providerConfig(values),
});

function providerConfig(values: ProviderValues): ProviderConfig {
  const priceOf = (name: FetchProviderName): Price => {
    const given = Object.entries(values.PROVIDER_PRICES?.[name] ?? {}).filter(
      ([, value]) => value !== undefined,
    );
    return { ...defaultPrices[name], ...Object.fromEntries(given) };
  };
  return {
    order: values.X_PROVIDERS,
    prices: { X_API: priceOf('X_API'), SOCIALDATA: priceOf('SOCIALDATA'), X_SCRAPER: priceOf('X_SCRAPER') },
    budgets: {
      X_API: values.X_API_BUDGET_USD ?? null,
      SOCIALDATA: values.SOCIALDATA_BUDGET_USD ?? null,
      X_SCRAPER: null,
    },
    ownHandles: values.X_OWN_HANDLES.map((handle) => handle.replace(/^@/, '')).filter(
      (handle) => handle !== '',
    ),
    timeoutMs: values.PROVIDER_TIMEOUT_MS,
    xApi: { token: values.X_BEARER_TOKEN ?? null, url: values.X_API_URL },
    socialData: { key: values.SOCIALDATA_API_KEY ?? null, url: values.SOCIALDATA_URL },
    scraper: {
      on: values.X_SCRAPER === 'on',
      url: values.X_SCRAPER_URL,
      cookies: values.X_SCRAPER_COOKIES ?? null,
      robots: values.X_SCRAPER_ROBOTS,
      spacingMs: values.X_SCRAPER_SPACING_MS,
    },
  };
}
