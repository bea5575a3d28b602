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

/** The message about bad variables lists them in this order. */
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

/** The name of every environment variable that is read. */
export const variableNames: readonly string[] = Object.keys(environment.shape);

/** Everything that can be set from outside, by what it is for. The README's table says each one's meaning. */
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
    /** Where uploaded files are until their job is over. */
    readonly uploads: UploadSettings;
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
