import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { defaultLimits } from '../../src/http/limits.ts';
import { redact } from '../../src/shared/secrets.ts';
import { configuredProviders } from '../../src/providers/configured.ts';

describe('the configuration', () => {
  test('needs nothing to be set', () => {
    expect(loadConfig({})).toMatchObject({
      http: { host: '127.0.0.1', port: 4000 },
      database: { kind: 'embedded' },
      demo: true,
    });
  });

  test('keeps everything unless a retention is set', () => {
    expect(loadConfig({}).retention).toEqual({ postsMs: null, rawMs: null });
    const { retention } = loadConfig({ RETENTION_POSTS: 'P365D', RETENTION_RAW: 'P2W' });
    expect(retention).toEqual({ postsMs: 365 * 86_400_000, rawMs: 14 * 86_400_000 });
  });

  test('treats an empty variable as not set', () => {
    expect(loadConfig({ PORT: '', DATABASE_URL: '' }).http.port).toBe(4000);
  });

  test.each(['', ' '])('refuses an empty name of the data folder: %j', (LARKSTAT_DATA) => {
    const message = `LARKSTAT_DATA=${LARKSTAT_DATA}: expected the path of a folder`;
    expect(() => loadConfig({ LARKSTAT_DATA })).toThrow(new Error(message));
  });

  test('names every bad variable at once', () => {
    const load = () => loadConfig({ PORT: 'http', DATABASE_URL: 'mysql://x', LARKSTAT_DEMO: 'maybe' });
    expect(load).toThrow(/PORT[\s\S]*DATABASE_URL[\s\S]*LARKSTAT_DEMO/);
  });

  test.each([
    [{ PORT: 'abc' }, 'PORT=abc: expected a whole number from 0 to 65535'],
    [{ PORT: '-1.5' }, 'PORT=-1.5: expected a whole number from 0 to 65535'],
    [{ AUTH: 'maybe' }, 'AUTH=maybe: expected on or off'],
    ...['P1M', 'PT1H', 'P0D', 'P36501D', '365', '-P1D'].map((value): [Record<string, string>, string] => [
      { RETENTION_POSTS: value },
      `RETENTION_POSTS=${value}: expected an ISO 8601 duration from P1D to P36500D, such as P365D`,
    ]),
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL=loud: expected silent, error, warn, info or debug'],
    [{ X_API_URL: 'ftp://x' }, 'X_API_URL=ftp://x: expected a URL such as https://example.org'],
    [{ X_API_BUDGET_USD: 'ten' }, 'X_API_BUDGET_USD=ten: expected US dollars, from 0 to 1000000'],
    [
      { X_PROVIDERS: 'X_API,TWITCH' },
      'X_PROVIDERS=X_API,TWITCH: expected cheapest, or some of X_API, SOCIALDATA, X_SCRAPER with commas between',
    ],
    [
      { ALLOWED_HOSTS: 'a,b:1,c:2' },
      'ALLOWED_HOSTS=a,b:1,c:2: expected names without port or path, with commas between',
    ],
    ...[
      'localhost:5173',
      'http://localhost:5173/',
      'http://localhost:5173/app',
      'http://a b',
      'HTTP://LOCALHOST',
      'http://localhost:80',
      'ftp://localhost',
      'null',
      'http://a.example,b.example',
      '*.example.org',
    ].map((value): [Record<string, string>, string] => [
      { ALLOWED_ORIGINS: value },
      `ALLOWED_ORIGINS=${value}: expected origins without path, with commas between, such as http://localhost:5173, or * for all`,
    ]),
    [
      { PROVIDER_PRICES: '{"X_API":{"post":-1}}' },
      'PROVIDER_PRICES={"X_API":{"post":-1}}: expected JSON such as {"X_API":{"post":0.005}}, of X_API, SOCIALDATA, X_SCRAPER',
    ],
    [
      { HOST: 'a', PORT: `1\n${'2'.repeat(99)}` },
      `PORT=1 ${'2'.repeat(57)}…: expected a whole number from 0 to 65535`,
    ],
  ])('of %j is refused with what was given and what is expected', (env, message) => {
    expect(() => loadConfig(env)).toThrow(new Error(message));
  });

  test('never shows what may hold a secret', () => {
    const load = () => loadConfig({ DATABASE_URL: 'mysql://ada:secret@db/stats', PORT: 'abc' });
    expect(load).toThrow(/PORT=abc.*\n.*DATABASE_URL: expected postgres:\/\/user:password@host/);
    expect(load).not.toThrow(/secret/);
  });

  test('needs no credentials for Twitch, and takes each of its addresses from outside', () => {
    expect(loadConfig({}).twitch).toMatchObject({
      clientId: null,
      ircUrl: 'wss://irc-ws.chat.twitch.tv',
      eventSubUrl: 'wss://eventsub.wss.twitch.tv/ws',
      userToken: null,
      retainDeleted: false,
    });
    const { twitch } = loadConfig({
      TWITCH_IRC_URL: 'ws://127.0.0.1:6667/',
      TWITCH_HELIX_URL: 'http://127.0.0.1:8080/helix/',
      TWITCH_AUTH_URL: 'http://127.0.0.1:8080/oauth2',
      TWITCH_EVENTSUB_URL: 'ws://127.0.0.1:8080/ws',
      TWITCH_USER_TOKEN: 'abc',
    });
    expect(twitch).toMatchObject({
      ircUrl: 'ws://127.0.0.1:6667',
      helixUrl: 'http://127.0.0.1:8080/helix',
      authUrl: 'http://127.0.0.1:8080/oauth2',
      eventSubUrl: 'ws://127.0.0.1:8080/ws',
      userToken: 'abc',
      userRefreshToken: null,
    });
    expect(() => loadConfig({ TWITCH_IRC_URL: 'https://irc' })).toThrow(/TWITCH_IRC_URL.*expected a URL/);
    expect(() => loadConfig({ TWITCH_HELIX_URL: 'ws://helix' })).toThrow(/TWITCH_HELIX_URL.*expected a URL/);
  });

  test("never shows Twitch's secrets", () => {
    loadConfig({
      TWITCH_CLIENT_SECRET: 'hush-client-0123456789',
      TWITCH_USER_TOKEN: 'hush-user-0123456789',
      TWITCH_USER_REFRESH_TOKEN: 'hush-refresh-0123456789',
    });
    expect(
      redact('it has hush-client-0123456789, hush-user-0123456789, hush-refresh-0123456789'),
    ).not.toMatch(/hush/);
  });

  test('takes origins by their names, and all of them on loopback alone', () => {
    const originsOf = (env: Record<string, string>) => loadConfig(env).http.allowedOrigins;
    expect(originsOf({})).toEqual([]);
    expect(originsOf({ ALLOWED_ORIGINS: 'http://localhost:5173, https://a.example' })).toEqual([
      'http://localhost:5173',
      'https://a.example',
    ]);
    expect(originsOf({ ALLOWED_ORIGINS: '*' })).toEqual(['*']);
    expect(() => loadConfig({ ALLOWED_ORIGINS: '*', HOST: '0.0.0.0', AUTH: 'off' })).toThrow(
      /^ALLOWED_ORIGINS=\* .* HOST=0\.0\.0\.0: name the origins$/,
    );
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
    const { uploadBytes, operationMs } = defaultLimits;
    const { limits, http, queryTimeoutMs } = loadConfig({});
    expect(defaultLimits).toMatchObject(limits);
    expect([http.maxUploadBytes, queryTimeoutMs]).toEqual([uploadBytes, operationMs]);
  });

  test('keeps uploads in the data folder, or in a folder that machines share', () => {
    expect(loadConfig({ LARKSTAT_DATA: '/data' }).uploads).toEqual({ folder: '/data/uploads', bucket: null });
    const shared = loadConfig({ UPLOADS_URL: 'file:///mnt/our%20share' }).uploads;
    expect(shared).toEqual({ folder: '/mnt/our share', bucket: null });
    for (const UPLOADS_URL of ['/mnt/share', 'file:share', 'https://bucket']) {
      expect(() => loadConfig({ UPLOADS_URL })).toThrow('UPLOADS_URL');
    }
  });

  test('keeps uploads in a bucket, with the keys and the region of the usual variables', () => {
    const keys = { AWS_ACCESS_KEY_ID: 'AKID12', AWS_SECRET_ACCESS_KEY: 'very-secret-key' };
    const of = (UPLOADS_URL: string, more: Record<string, string> = {}) =>
      loadConfig({ LARKSTAT_DATA: '/data', UPLOADS_URL, ...more }).uploads;
    const bare = { bucket: 'our-bucket', prefix: '', endpoint: null, region: null, credentials: null };
    expect(of('s3://our-bucket')).toEqual({ folder: '/data/uploads', bucket: bare });
    expect(of('s3://our-bucket/a/b/', { ...keys, AWS_REGION: 'eu-west-1' }).bucket).toEqual({
      ...bare,
      prefix: 'a/b/',
      region: 'eu-west-1',
      credentials: { accessKeyId: 'AKID12', secretAccessKey: 'very-secret-key' },
    });
    const elsewhere = { ...bare, endpoint: 'http://minio:9000', region: 'us-east-1' };
    expect(of('s3://our-bucket?endpoint=http://minio:9000/').bucket).toEqual(elsewhere);
    const AWS_ENDPOINT_URL = 'http://minio:9000';
    expect(of('s3://our-bucket', { AWS_ENDPOINT_URL }).bucket).toEqual(elsewhere);
    expect(redact('it said very-secret-key')).toBe('it said [redacted]');
  });

  test.each([
    's3://',
    's3://B',
    's3://our-bucket/../x?y',
    's3://our-bucket?region=eu',
    's3://our-bucket?endpoint=ftp://host',
    's3://our-bucket?endpoint=http://user:password@host',
  ])('UPLOADS_URL=%s is refused, without its value', (UPLOADS_URL) => {
    const refused = () => loadConfig({ UPLOADS_URL });
    expect(refused).toThrow(/^UPLOADS_URL: expected file:/);
  });

  test('takes other bounds, each within a range', () => {
    const env = {
      QUERY_MAX_DEPTH: '30',
      QUERY_MAX_COST: '1000',
      QUERY_MAX_ALIASES: '0',
      BATCH_MAX: '1',
      BODY_MAX_BYTES: '2000000',
      MAX_CONCURRENT_OPERATIONS: '4',
      MAX_WAITING_OPERATIONS: '0',
      MAX_SUBSCRIPTIONS: '7',
    };
    expect(loadConfig(env).limits).toEqual({
      depth: 30,
      cost: 1_000,
      aliases: 0,
      batch: 1,
      bodyBytes: 2_000_000,
      operationsAtOnce: 4,
      operationsWaiting: 0,
      subscriptions: 7,
    });
    for (const name of Object.keys(env)) expect(() => loadConfig({ [name]: '-1' })).toThrow(name);
  });

  test.each(['short', 'with spaces in its middle', 'ä'.repeat(30), 'x'.repeat(201)])(
    'takes no API_KEY like %j, and does not repeat it',
    (API_KEY) => {
      const load = () => loadConfig({ API_KEY });
      expect(load).toThrow(/^API_KEY: expected 20 to 200 characters/);
      expect(load).not.toThrow(API_KEY);
    },
  );

  test('keeps METRICS_TOKEN out of every text', () => {
    const METRICS_TOKEN = 'metrics-hush-hush-0123456789';
    expect(loadConfig({ METRICS_TOKEN }).metrics).toEqual({ token: METRICS_TOKEN, workerPort: null });
    expect(redact(`Bearer ${METRICS_TOKEN}`)).toBe('Bearer [redacted]');
    const load = () => loadConfig({ METRICS_TOKEN: 'hush' });
    expect(load).toThrow(/^METRICS_TOKEN: expected 20 to 200 characters/);
    expect(load).not.toThrow('hush');
  });

  test('opens no metrics of a worker to other machines without a token', () => {
    const worker = { HOST: '0.0.0.0', WORKER_METRICS_PORT: '9464' };
    expect(() => loadConfig(worker)).toThrow('HOST=0.0.0.0: set METRICS_TOKEN');
    expect(loadConfig({ ...worker, HOST: '::1' }).metrics.workerPort).toBe(9_464);
    const token = 'metrics-hush-hush-0123456789';
    expect(loadConfig({ ...worker, METRICS_TOKEN: token }).metrics).toEqual({ token, workerPort: 9_464 });
  });

  test('keeps API_KEY out of every text', () => {
    const API_KEY = 'fixed-hush-hush-0123456789';
    expect(loadConfig({ API_KEY }).access.apiKey).toBe(API_KEY);
    expect(redact(`the header was Bearer ${API_KEY}`)).toBe('the header was Bearer [redacted]');
  });

  test.each(['0', '10', 'yes', '10.0.0.0/33', '10.0.0.1,', '::1/x'])(
    'trusts no proxy by %s',
    (TRUST_PROXY) => {
      expect(() => loadConfig({ TRUST_PROXY })).toThrow(/TRUST_PROXY=.*: expected how many proxies/);
    },
  );

  test('runs every operation unless only the registered ones are wanted', () => {
    expect(loadConfig({}).operations).toEqual({ folder: undefined, only: false });
    const { operations } = loadConfig({ OPERATIONS: 'only', OPERATIONS_DIR: 'ours' });
    expect(operations).toEqual({ folder: join(process.cwd(), 'ours'), only: true });
    expect(() => loadConfig({ OPERATIONS: 'some' })).toThrow('OPERATIONS=some: expected any or only');
  });

  test('uses the Postgres that DATABASE_URL names', () => {
    const url = 'postgres://u:p@db.example:5432/larkstat';
    expect(loadConfig({ DATABASE_URL: url }).database).toEqual({ kind: 'external', url });
  });

  test('takes a Redis, and keeps its password out of every text', () => {
    expect(loadConfig({}).redisUrl).toBeNull();
    const REDIS_URL = 'rediss://:redis-hush-hush@cache.example:6380/2';
    expect(loadConfig({ REDIS_URL }).redisUrl).toBe(REDIS_URL);
    expect(redact('AUTH redis-hush-hush')).toBe('AUTH [redacted]');
    const load = () => loadConfig({ REDIS_URL: 'cache.example:6379?hush' });
    expect(load).toThrow(/^REDIS_URL: expected redis:\/\/user:password@host:port/);
    expect(load).not.toThrow('hush');
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
