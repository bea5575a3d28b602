import { resolve } from 'node:path';
import { z } from 'zod';
import { parseTrust, type TrustedProxies } from './http/address.ts';
import type { DrainTimes } from './http/drain.ts';
import { defaultLimits, type Limits } from './http/limits.ts';
import type { UploadSettings } from './jobs/uploads/store.ts';
import { expectedUploadsUrl, parseUploadsUrl } from './jobs/uploads/url.ts';
import { type FetchProviderName, fetchProviderNames } from './providers/fetch-provider.ts';
import { defaultPrices, type ProviderConfig } from './providers/provider-config.ts';
import { dayMs } from './shared/instant.ts';
import { parseJson } from './shared/json.ts';
import { isLoopback } from './shared/loopback.ts';
import { type Price, price } from './shared/price.ts';
import { keepSecret } from './shared/secrets.ts';
import { withoutTrailingSlashes } from './shared/text.ts';

// Each message below is what was expected instead: loadConfig puts the variable and its value before it.

/** A base URL without a slash at its end. */
const url = (fallback: string) =>
  z
    .url({ protocol: /^https?$/, error: 'a URL such as https://example.org' })
    .default(fallback)
    .transform(withoutTrailingSlashes);

const dollars = 'US dollars, from 0 to 1000000';

/** US dollars; none means no bound. */
const usd = z.coerce.number(dollars).min(0, dollars).max(1_000_000, dollars).optional();

/** Names with commas between, in lower case; none by default. */
const names = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== ''),
  );

/** A number of the environment, within bounds. */
const number = (fallback: number, min: number, max: number) => {
  const expected = `a whole number from ${min} to ${max}`;
  return z.coerce.number(expected).int(expected).min(min, expected).max(max, expected).default(fallback);
};

/** One of a few words. */
const word = <const Word extends string>(words: readonly Word[]) =>
  z.enum(words, new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(words));

const prices = z.partialRecord(z.enum(fetchProviderNames), price.partial());
const expectedPrices = `JSON such as {"X_API":{"post":0.005}}, of ${fetchProviderNames.join(', ')}`;
const expectedOrder = `cheapest, or some of ${fetchProviderNames.join(', ')} with commas between`;

const expectedOrigins =
  'origins without path, with commas between, such as http://localhost:5173, or * for all';

const expectedTrust =
  'how many proxies stand before the server, 1 to 9, or their addresses with commas between, such as 10.0.0.0/8';

/** Whether a text is an origin as browsers write it. */
const isOrigin = (text: string): boolean =>
  /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;

const environment = z.object({
  PORT: number(4000, 0, 65_535),
  HOST: z.string().min(1).default('127.0.0.1'),
  ALLOWED_HOSTS: names.pipe(
    z.array(z.string().regex(/^[a-z0-9._-]+$/, 'names without port or path, with commas between')),
  ),
  ALLOWED_ORIGINS: z
    .string()
    .default('')
    .transform((text) => text.split(',').map((origin) => origin.trim()))
    .transform((origins) => origins.filter((origin) => origin !== ''))
    .refine((origins) => origins.every((origin) => origin === '*' || isOrigin(origin)), expectedOrigins),
  AUTH: word(['on', 'off']).default('on'),
  API_KEY: z
    .string()
    .regex(
      /^[\x21-\x7e]{20,200}$/,
      '20 to 200 characters without spaces, such as `openssl rand -hex 32` makes',
    )
    .optional(),
  RATE_LIMIT_COST_PER_MINUTE: number(600_000, 0, 1_000_000_000),
  RATE_LIMIT_UNKNOWN_KEYS_PER_MINUTE: number(20, 1, 1_000_000),
  TRUST_PROXY: z
    .string()
    .transform((text, context) => {
      const trust = parseTrust(text);
      if (trust !== null) return trust;
      context.addIssue(expectedTrust);
      return z.NEVER;
    })
    .optional(),
  LARKSTAT_DATA: z.string().regex(/\S/, 'the path of a folder').default('.larkstat'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'postgres://user:password@host:port/database')
    .optional(),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\/./, 'redis://user:password@host:port, or rediss:// for TLS')
    .optional(),
  QUEUE_URL: z
    .string()
    .regex(/^rediss?:\/\/./, 'redis://user:password@host:port, or rediss:// for TLS')
    .optional(),
  UPLOADS_URL: z
    .string()
    .transform((text, context) => {
      const parsed = parseUploadsUrl(text);
      if (parsed !== null) return parsed;
      context.addIssue(expectedUploadsUrl);
      return z.NEVER;
    })
    .optional(),
  AWS_ENDPOINT_URL: z
    .url({ protocol: /^https?$/, error: 'a URL such as https://s3.example.org' })
    .transform(withoutTrailingSlashes)
    .optional(),
  AWS_REGION: z.string().optional(),
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
  AWS_SESSION_TOKEN: z.string().optional(),
  CACHE: word(['on', 'off']).default('on'),
  CACHE_TTL_SECONDS: number(900, 1, 900),
  CACHE_MAX_BYTES: number(64 * 1024 * 1024, 1_000_000, 100_000_000_000),
  LARKSTAT_DEMO: word(['on', 'off']).default('on'),
  LARKSTAT_WORKER: word(['on', 'off']).default('on'),
  LARKSTAT_PROCESSES: number(1, 1, 32),
  DRAIN_SECONDS: number(25, 1, 3_600),
  DRAIN_DELAY_SECONDS: number(0, 0, 600),
  WORKER_STALL_MS: number(30_000, 1_000, 3_600_000),
  LOG_LEVEL: word(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
  UPLOAD_MAX_BYTES: number(defaultLimits.uploadBytes, 1, Number.MAX_SAFE_INTEGER),
  QUERY_TIMEOUT_MS: number(defaultLimits.operationMs, 100, 600_000),
  MAX_CONCURRENT_OPERATIONS: number(defaultLimits.operationsAtOnce, 1, 10_000),
  MAX_WAITING_OPERATIONS: number(defaultLimits.operationsWaiting, 0, 100_000),
  MAX_SUBSCRIPTIONS: number(defaultLimits.subscriptions, 0, 1_000_000),
  QUERY_MAX_DEPTH: number(defaultLimits.depth, 1, 200),
  QUERY_MAX_COST: number(defaultLimits.cost, 1, 1_000_000_000),
  QUERY_MAX_ALIASES: number(defaultLimits.aliases, 0, 5_000),
  BATCH_MAX: number(defaultLimits.batch, 1, 1_000),
  OPERATIONS: word(['any', 'only']).default('any'),
  OPERATIONS_DIR: z.string().regex(/\S/, 'the path of a folder').optional(),
  BODY_MAX_BYTES: number(defaultLimits.bodyBytes, 1_000, 100_000_000),
  X_BEARER_TOKEN: z.string().optional(),
  X_API_URL: url('https://api.x.com'),
  X_API_BUDGET_USD: usd,
  SOCIALDATA_API_KEY: z.string().optional(),
  SOCIALDATA_URL: url('https://api.socialdata.tools'),
  SOCIALDATA_BUDGET_USD: usd,
  X_SCRAPER: word(['on', 'off']).default('off'),
  X_SCRAPER_URL: url('https://x.com').optional(),
  X_SCRAPER_COOKIES: z.string().optional(),
  X_SCRAPER_ROBOTS: word(['respect', 'ignore']).default('respect'),
  X_SCRAPER_SPACING_MS: number(2_000, 0, 600_000),
  X_PROVIDERS: z
    .string()
    .transform((text) => (text === 'cheapest' ? text : text.split(',').map((name) => name.trim())))
    .pipe(z.union([z.literal('cheapest'), z.array(z.enum(fetchProviderNames)).min(1)], expectedOrder))
    .default([...fetchProviderNames]),
  PROVIDER_PRICES: z
    .string()
    .transform((text, context) => {
      const parsed = prices.safeParse(parseJson(text));
      if (parsed.success) return parsed.data;
      context.addIssue(expectedPrices);
      return z.NEVER;
    })
    .optional(),
  X_OWN_HANDLES: names,
  PROVIDER_TIMEOUT_MS: number(15_000, 100, 600_000),
  REFRESH_AFTER_MS: number(15 * 60_000, 1_000, 30 * dayMs),
});

/** Everything that can be set from outside, by what it is for. The README's table says each one's meaning. */
export type Config = {
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** Names it is reached by beside localhost and IP addresses. */
    readonly allowedHosts: readonly string[];
    /** Origins of pages that may ask beside the server's own; `*` is all of them, on loopback alone. */
    readonly allowedOrigins: readonly string[];
    readonly maxUploadBytes: number;
    /** Which proxies are believed when they say where a request came from; null: none. */
    readonly trust: TrustedProxies | null;
    /** How the server stops when it is told to. */
    readonly drain: DrainTimes;
  };
  readonly access: {
    /** Whether a caller without a key may do everything, on any address. */
    readonly off: boolean;
    /** One key beside those of the store, of scope admin. */
    readonly apiKey: string | null;
    /** What each key may cost in a minute, and each address without one; 0: no limit. */
    readonly costPerMinute: number;
    /** Unknown keys that are looked for in a minute for one address. */
    readonly unknownKeysPerMinute: number;
  };
  /** How many processes answer requests, at the same port. */
  readonly processes: number;
  /** External: a Postgres that others run. Embedded: one of our own in the data folder. */
  readonly database:
    | { readonly kind: 'external'; readonly url: string }
    | { readonly kind: 'embedded'; readonly folder: string };
  /** Redis, which carries news and kept answers between processes; null: Postgres carries the news. */
  readonly redisUrl: string | null;
  /** A Redis that carries the job queue; null: Postgres does. */
  readonly queueUrl: string | null;
  /** Answers that are kept: how long at most, and how many bytes of them in the memory of a process; null keeps none. */
  readonly cache: { readonly ttlMs: number; readonly maxBytes: number } | null;
  readonly dataFolder: string;
  /** Where uploaded files are until their job is over. */
  readonly uploads: UploadSettings;
  readonly demo: boolean;
  /** Whether the server runs a job process inside. */
  readonly worker: boolean;
  /** How long the event loop of a job process may stand still before the process is ended. */
  readonly workerStallMs: number;
  readonly logLevel: string;
  readonly queryTimeoutMs: number;
  /** Of each operation, batch and JSON body, as `Limits` says; more is QUERY_TOO_COMPLEX. */
  readonly limits: Pick<
    Limits,
    | 'depth'
    | 'cost'
    | 'aliases'
    | 'batch'
    | 'bodyBytes'
    | 'operationsAtOnce'
    | 'operationsWaiting'
    | 'subscriptions'
  >;
  /** Registered operations: a folder of one's own, and whether no others run. */
  readonly operations: { readonly folder: string | undefined; readonly only: boolean };
  /** How old the newest fetch may be before a stream counts as stale. */
  readonly refreshAfterMs: number;
  readonly providers: ProviderConfig;
};

/** The configuration, or an error that names every bad variable at once. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  // An empty variable is one that is not set: compose files and shells leave such behind.
  const set = Object.fromEntries(
    // Not so LARKSTAT_DATA: what was meant to go somewhere would quietly go into the folder of the day.
    Object.entries(env).filter(([name, value]) => value !== '' || name === 'LARKSTAT_DATA'),
  );
  keepSecret(...secretsOf(set));
  const parsed = environment.safeParse(set);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => describe(String(path[0]), set, message));
    throw new Error([...new Set(problems)].join('\n  '));
  }
  const values = parsed.data;
  if (!isLoopback(values.HOST) && values.ALLOWED_ORIGINS.includes('*')) {
    throw new Error(
      `ALLOWED_ORIGINS=* would let every page of the web in, beyond this machine with HOST=${values.HOST}: name the origins`,
    );
  }
  const dataFolder = resolve(values.LARKSTAT_DATA);
  return {
    http: {
      host: values.HOST,
      port: values.PORT,
      allowedHosts: values.ALLOWED_HOSTS,
      allowedOrigins: values.ALLOWED_ORIGINS,
      maxUploadBytes: values.UPLOAD_MAX_BYTES,
      trust: values.TRUST_PROXY ?? null,
      drain: { delayMs: values.DRAIN_DELAY_SECONDS * 1_000, limitMs: values.DRAIN_SECONDS * 1_000 },
    },
    access: {
      off: values.AUTH === 'off',
      apiKey: values.API_KEY ?? null,
      costPerMinute: values.RATE_LIMIT_COST_PER_MINUTE,
      unknownKeysPerMinute: values.RATE_LIMIT_UNKNOWN_KEYS_PER_MINUTE,
    },
    processes: values.LARKSTAT_PROCESSES,
    database: values.DATABASE_URL
      ? { kind: 'external', url: values.DATABASE_URL }
      : { kind: 'embedded', folder: resolve(dataFolder, 'postgres') },
    redisUrl: values.REDIS_URL ?? null,
    queueUrl: values.QUEUE_URL ?? null,
    cache:
      values.CACHE === 'off'
        ? null
        : { ttlMs: values.CACHE_TTL_SECONDS * 1_000, maxBytes: values.CACHE_MAX_BYTES },
    dataFolder,
    uploads: uploadsOf(values, dataFolder),
    demo: values.LARKSTAT_DEMO === 'on',
    worker: values.LARKSTAT_WORKER === 'on',
    workerStallMs: values.WORKER_STALL_MS,
    logLevel: values.LOG_LEVEL,
    queryTimeoutMs: values.QUERY_TIMEOUT_MS,
    limits: {
      depth: values.QUERY_MAX_DEPTH,
      cost: values.QUERY_MAX_COST,
      aliases: values.QUERY_MAX_ALIASES,
      batch: values.BATCH_MAX,
      bodyBytes: values.BODY_MAX_BYTES,
      operationsAtOnce: values.MAX_CONCURRENT_OPERATIONS,
      operationsWaiting: values.MAX_WAITING_OPERATIONS,
      subscriptions: values.MAX_SUBSCRIPTIONS,
    },
    operations: {
      folder: values.OPERATIONS_DIR && resolve(values.OPERATIONS_DIR),
      only: values.OPERATIONS === 'only',
    },
    refreshAfterMs: values.REFRESH_AFTER_MS,
    providers: providerConfig(values),
  };
}

/** Before anything is read: messages about bad variables are to be without them, too. */
function secretsOf(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const { API_KEY, X_BEARER_TOKEN, SOCIALDATA_API_KEY, X_SCRAPER_COOKIES } = env;
  const { AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = env;
  const cookies = (X_SCRAPER_COOKIES ?? '')
    .split(';')
    .map((pair) => pair.slice(pair.indexOf('=') + 1).trim());
  const urls = [
    env.DATABASE_URL,
    env.REDIS_URL,
    env.QUEUE_URL,
    env.AWS_ENDPOINT_URL,
    env.X_API_URL,
    env.SOCIALDATA_URL,
    env.X_SCRAPER_URL,
  ];
  const keys = [API_KEY, X_BEARER_TOKEN, SOCIALDATA_API_KEY, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN];
  const values = [...keys, X_SCRAPER_COOKIES, ...cookies];
  return [...values, ...urls.flatMap(passwordsOf)].flatMap((value) => value?.trim() || []);
}

/** As in `https://user:password@host` and `?password=`; one that is the user's name again would hide every name. */
function passwordsOf(url: string | undefined): readonly string[] {
  const [, user, password] = /^\w+:\/\/([^:@/]*):([^@/]*)@/.exec(url ?? '') ?? [];
  const given = /[?&]password=([^&]*)/.exec(url ?? '')?.[1];
  return [password === user ? undefined : password, given].flatMap((one) => one ?? []);
}

/** Of what may hold a secret the value is not told. */
function describe(name: string, env: Readonly<Record<string, string | undefined>>, expected: string): string {
  if (/TOKEN|KEY|COOKIES|(?:DATABASE|REDIS|QUEUE|UPLOADS|ENDPOINT)_URL/.test(name))
    return `${name}: expected ${expected}`;
  const value = (env[name] ?? '').replace(/\s+/g, ' ');
  return `${name}=${value.length > 60 ? `${value.slice(0, 59)}…` : value}: expected ${expected}`;
}

/** Uploads are received on this disk also when they are kept in a bucket. */
function uploadsOf(values: z.infer<typeof environment>, dataFolder: string): UploadSettings {
  const own = resolve(dataFolder, 'uploads');
  const url = values.UPLOADS_URL ?? { kind: 'folder', folder: own };
  if (url.kind === 'folder') return { folder: url.folder, bucket: null };
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN,
  } = values;
  const token = AWS_SESSION_TOKEN === undefined ? {} : { sessionToken: AWS_SESSION_TOKEN };
  const endpoint = url.endpoint ?? values.AWS_ENDPOINT_URL ?? null;
  return {
    folder: own,
    bucket: {
      bucket: url.bucket,
      prefix: url.prefix,
      endpoint,
      // Other services have one region, whatever it is called.
      region: values.AWS_REGION ?? (endpoint === null ? null : 'us-east-1'),
      credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey, ...token } : null,
    },
  };
}

function providerConfig(values: z.infer<typeof environment>): ProviderConfig {
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
      url: values.X_SCRAPER_URL ?? null,
      cookies: values.X_SCRAPER_COOKIES ?? null,
      robots: values.X_SCRAPER_ROBOTS,
      spacingMs: values.X_SCRAPER_SPACING_MS,
    },
  };
}
