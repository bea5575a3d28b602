import { trackStream } from '../entities/stream/track.ts';
import { configuredProviders, missingSetting } from '../providers/configured.ts';
import { fetchProviderNames } from '../providers/fetch-provider.ts';
import type { ProviderConfig } from '../providers/provider-config.ts';
import { formatDuration, parseDuration } from '../shared/duration.ts';
import { BadInputError } from '../shared/errors.ts';
import { getNamedStream } from './find-stream.ts';
import { type Environment, type Output, print } from './output.ts';
import { withStore } from './with-store.ts';

/** Sets how often an account or a topic is refreshed, or that it no longer is. */
export async function track(
  environment: Environment,
  name: string,
  every: string | undefined,
  options: Output & { readonly off?: boolean },
): Promise<void> {
  if ((every !== undefined) === (options.off === true)) {
    throw new BadInputError('Say either how often, e.g. PT1H or P1D, or --off');
  }
  const everyMs = every === undefined ? null : parseDuration(every);
  await withStore(environment, async (store, config) => {
    const { streamId } = await getNamedStream(store, name);
    const { title, trackEveryMs, trackNextAt } = await trackStream(store.db, streamId, everyMs, new Date());
    const interval = trackEveryMs === null ? null : formatDuration(trackEveryMs);
    const warning = interval === null ? null : warnOfNoProvider(config.providers);
    print(options, { title, every: interval, nextAt: trackNextAt, warning }, [
      interval === null
        ? `${title} is refreshed on request only`
        : `${title} is refreshed every ${interval}, next at ${trackNextAt?.toISOString()}; a running server or worker does it`,
      ...(warning === null ? [] : [warning]),
    ]);
  });
}

/** Null where something can be fetched with. A server that runs elsewhere may have other settings: hence "here". */
function warnOfNoProvider(config: ProviderConfig): string | null {
  if (configuredProviders(config).length > 0) return null;
  const missing = fetchProviderNames.map((name) => `${name}: ${missingSetting(config, name)}`);
  return `Warning: no provider is configured here, and without one nothing is fetched (${missing.join('; ')})`;
}
