import { z } from 'zod';
import { type AccessConfig, accessConfig, accessVariables } from './config/access.ts';
import { type AlertConfig, alertConfig, alertVariables } from './config/alerts.ts';
import {
  type CacheConfig,
  cacheConfig,
  cacheVariables,
  type TrendingConfig,
  trendingConfig,
} from './config/cache.ts';
import { type ExportConfig, exportConfig, exportVariables } from './config/exports.ts';
import { type HttpConfig, httpConfig, httpVariables } from './config/http.ts';
import { type MediaConfig, mediaConfig, mediaVariables } from './config/media.ts';
import { type MetricsConfig, metricsConfig, metricsVariables } from './config/metrics.ts';
import { type OperationConfig, operationConfig, operationVariables } from './config/operations.ts';
import { type ProcessConfig, processConfig, processVariables } from './config/processes.ts';
import { type FetchConfig, fetchConfig, providerVariables } from './config/providers.ts';
import { describeBad, secretsOf } from './config/secrets.ts';
import { type RetentionConfig, retentionConfig, retentionVariables } from './config/retention.ts';
import { type StoreConfig, storeConfig, storeVariables } from './config/store.ts';
import { type TracingConfig, tracingConfig, tracingVariables } from './config/tracing.ts';
import { type TwitchSettings, twitchConfig, twitchVariables } from './config/twitch.ts';
import { uploadsConfig, uploadsVariables } from './config/uploads.ts';
import type { UploadSettings } from './jobs/uploads/open-uploads.ts';
import { keepSecret } from './shared/secrets.ts';

/** The error about invalid variables lists them in this order. */
const environment = z.object({
  ...httpVariables,
  ...accessVariables,
  ...storeVariables,
  ...uploadsVariables,
  ...exportVariables,
  ...retentionVariables,
  ...alertVariables,
  ...mediaVariables,
  ...cacheVariables,
  ...processVariables,
  ...metricsVariables,
  ...tracingVariables,
  ...operationVariables,
  ...providerVariables,
  ...twitchVariables,
});

/** The names of all environment variables. */
export const variableNames: readonly string[] = Object.keys(environment.shape);

/** The configuration. The README's table explains each variable. */
export type Config = StoreConfig &
  RetentionConfig &
  TrendingConfig &
  ExportConfig &
  AlertConfig &
  MediaConfig &
  ProcessConfig &
  TracingConfig &
  OperationConfig &
  FetchConfig &
  TwitchSettings & {
    readonly http: HttpConfig;
    readonly access: AccessConfig;
    readonly cache: CacheConfig;
    readonly metrics: MetricsConfig;
    /** Where uploaded files are stored until their job ends. */
    readonly uploads: UploadSettings;
  };

/** Reads the configuration. Throws one error that names all invalid variables. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  // An empty variable counts as not set, since compose files and shells leave such ones.
  const set = Object.fromEntries(
    // Except LARKSTAT_DATA: data would silently go into the current folder.
    Object.entries(env).filter(([name, value]) => value !== '' || name === 'LARKSTAT_DATA'),
  );
  keepSecret(...secretsOf(set));
  const parsed = environment.safeParse(set);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) =>
      describeBad(String(path[0]), set, message),
    );
    throw new Error([...new Set(problems)].join('\n  '));
  }
  const values = parsed.data;
  const store = storeConfig(values);
  return {
    http: httpConfig(values),
    access: accessConfig(values),
    ...store,
    ...retentionConfig(values),
    ...exportConfig(values),
    ...alertConfig(values),
    ...mediaConfig(values, store.dataFolder),
    uploads: uploadsConfig(values, store.dataFolder),
    cache: cacheConfig(values),
    ...trendingConfig(values),
    metrics: metricsConfig(values),
    ...tracingConfig(values),
    ...processConfig(values),
    ...operationConfig(values),
    ...fetchConfig(values),
    ...twitchConfig(values),
  };
}
