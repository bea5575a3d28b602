import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { defaultLimits } from '../../src/http/limits.ts';
import { configuredProviders } from '../../src/providers/configured.ts';

describe('the configuration', () => {
  test('needs nothing to be set', () => {
    expect(loadConfig({})).toMatchObject({
      http: { host: '127.0.0.1', port: 4000 },
      database: { kind: 'embedded' },
      demo: true,
    });
  });

  test('takes an empty variable for one that is not set', () => {
    expect(loadConfig({ PORT: '', DATABASE_URL: '' }).http.port).toBe(4000);
  });

  test('names every bad variable at once', () => {
    const load = () => loadConfig({ PORT: 'http', DATABASE_URL: 'mysql://x', LARKSTAT_DEMO: 'maybe' });
    expect(load).toThrow(/PORT[\s\S]*DATABASE_URL[\s\S]*LARKSTAT_DEMO/);
  });

  test.each(['0.0.0.0', '192.168.1.5', '::', 'example.org'])('refuses %s unless AUTH=off is said', (host) => {
    expect(() => loadConfig({ HOST: host })).toThrow(/AUTH=off/);
    expect(loadConfig({ HOST: host, AUTH: 'off' }).http.host).toBe(host);
  });

  test.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('takes the loopback address %s', (host) => {
    expect(loadConfig({ HOST: host }).http.host).toBe(host);
  });

  test('serves the names of ALLOWED_HOSTS beside localhost', () => {
    expect(loadConfig({}).http.allowedHosts).toEqual([]);
    expect(loadConfig({ ALLOWED_HOSTS: 'stats.example.org, Larkstat.Local,' }).http.allowedHosts).toEqual([
      'stats.example.org',
      'larkstat.local',
    ]);
    expect(() => loadConfig({ ALLOWED_HOSTS: 'https://example.org' })).toThrow(/ALLOWED_HOSTS/);
    expect(() => loadConfig({ ALLOWED_HOSTS: 'example.org:8080' })).toThrow(/ALLOWED_HOSTS/);
  });

  test('bounds queries as the API does without it', () => {
    const { uploadBytes, operationMs, depth, cost, aliases, batch, bodyBytes } = defaultLimits;
    const { limits, http, queryTimeoutMs } = loadConfig({});
    expect(limits).toEqual({ depth, cost, aliases, batch, bodyBytes });
    expect([http.maxUploadBytes, queryTimeoutMs]).toEqual([uploadBytes, operationMs]);
  });

  test('takes other bounds, each within a range', () => {
    const env = {
      QUERY_MAX_DEPTH: '30',
      QUERY_MAX_COST: '1000',
      QUERY_MAX_ALIASES: '0',
      BATCH_MAX: '1',
      BODY_MAX_BYTES: '2000000',
    };
    expect(loadConfig(env).limits).toEqual({
      depth: 30,
      cost: 1_000,
      aliases: 0,
      batch: 1,
      bodyBytes: 2_000_000,
    });
    for (const name of Object.keys(env)) expect(() => loadConfig({ [name]: '-1' })).toThrow(name);
  });

  test('uses the Postgres that DATABASE_URL names', () => {
    const url = 'postgres://u:p@db.example:5432/larkstat';
    expect(loadConfig({ DATABASE_URL: url }).database).toEqual({ kind: 'external', url });
  });

  test.each([
    [{}, []],
    [{ X_BEARER_TOKEN: 't' }, ['X_API']],
    [{ SOCIALDATA_API_KEY: 'k', X_SCRAPER: 'on' }, ['SOCIALDATA', 'X_SCRAPER']],
    [{ SOCIALDATA_API_KEY: 'k', X_SCRAPER: 'on', X_PROVIDERS: 'X_SCRAPER,X_API' }, ['X_SCRAPER']],
    [{ X_BEARER_TOKEN: 't', X_SCRAPER: 'off', X_PROVIDERS: 'cheapest' }, ['X_API']],
  ])('with %j fetches by %j', (env, names) => {
    expect(configuredProviders(loadConfig(env).providers).map(({ name }) => name)).toEqual(names);
  });
});
