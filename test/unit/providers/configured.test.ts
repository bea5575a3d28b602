import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { configuredProviders, missingSetting } from '../../../src/providers/configured.ts';
import { fetchProviderNames } from '../../../src/providers/fetch-provider.ts';

const providersOf = (environment: Record<string, string>) => loadConfig(environment).providers;
const namesOf = (environment: Record<string, string>) =>
  configuredProviders(providersOf(environment)).map(({ name }) => name);
const all = { X_BEARER_TOKEN: 'token', SOCIALDATA_API_KEY: 'key', X_SCRAPER: 'on' };

describe('prices', () => {
  test('are replaced one by one', () => {
    const { prices } = providersOf({ PROVIDER_PRICES: '{"X_API":{"post":0.01},"X_SCRAPER":{"user":1}}' });
    expect(prices).toEqual({
      X_API: { post: 0.01, ownPost: 0.001, user: 0.01, oncePerDay: true },
      SOCIALDATA: { post: 0.0002, ownPost: 0.0002, user: 0.0002, oncePerDay: false },
      X_SCRAPER: { post: 0, ownPost: 0, user: 1, oncePerDay: false },
    });
  });

  test.each(['0.005', '{"X_API":0.005}', '{"X_API":{"post":-1}}', '{"TWITCH":{"post":1}}', '{'])(
    'written as %s are refused',
    (PROVIDER_PRICES) => {
      expect(() => providersOf({ PROVIDER_PRICES })).toThrow(/PROVIDER_PRICES/);
    },
  );
});

describe('budgets', () => {
  test('are none unless they are set, and may be zero', () => {
    expect(providersOf({}).budgets).toEqual({ X_API: null, SOCIALDATA: null, X_SCRAPER: null });
    const budgets = { X_API_BUDGET_USD: '12.5', SOCIALDATA_BUDGET_USD: '0' };
    expect(providersOf(budgets).budgets).toEqual({ X_API: 12.5, SOCIALDATA: 0, X_SCRAPER: null });
  });

  test.each(['-1', 'ten', '1e9', 'NaN'])('of %s are refused', (X_API_BUDGET_USD) => {
    expect(() => providersOf({ X_API_BUDGET_USD })).toThrow(/X_API_BUDGET_USD/);
  });
});

describe('the used providers', () => {
  test('are those whose settings are complete', () => {
    expect(namesOf({})).toEqual([]);
    expect(namesOf({ SOCIALDATA_API_KEY: 'key' })).toEqual(['SOCIALDATA']);
    expect(namesOf(all)).toEqual(['X_API', 'SOCIALDATA', 'X_SCRAPER']);
  });

  test('come in the order of X_PROVIDERS, each once, and no other', () => {
    expect(namesOf({ ...all, X_PROVIDERS: 'X_SCRAPER, X_API,X_SCRAPER' })).toEqual(['X_SCRAPER', 'X_API']);
  });

  test('come in the order of price with `cheapest`', () => {
    expect(namesOf({ ...all, X_PROVIDERS: 'cheapest' })).toEqual(['X_SCRAPER', 'SOCIALDATA', 'X_API']);
    const PROVIDER_PRICES = '{"X_API":{"post":0.0001},"X_SCRAPER":{"post":1}}';
    const cheapest = { ...all, X_PROVIDERS: 'cheapest', PROVIDER_PRICES };
    expect(namesOf(cheapest)).toEqual(['X_API', 'SOCIALDATA', 'X_SCRAPER']);
  });

  test('name their missing settings', () => {
    const missing = (environment: Record<string, string>) =>
      fetchProviderNames.map((name) => missingSetting(providersOf(environment), name));
    expect(missing({})).toEqual(['set X_BEARER_TOKEN', 'set SOCIALDATA_API_KEY', 'set X_SCRAPER=on']);
    expect(missing(all)).toEqual([null, null, null]);
    expect(missing({ ...all, X_PROVIDERS: 'X_API' })).toEqual([
      null,
      'X_PROVIDERS leaves it out',
      'X_PROVIDERS leaves it out',
    ]);
  });
});
