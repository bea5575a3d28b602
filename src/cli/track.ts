import { findStreams } from '../entities/stream/query.ts';
import { ableProviders } from '../providers/able.ts';
import { configuredProviders } from '../providers/configured.ts';
import { formatDuration, parseDuration } from '../shared/duration.ts';
import { BadInputError, must } from '../shared/errors.ts';
import { track as trackStream } from '../streams/track.ts';
import { untrack } from '../streams/untrack.ts';
import { getNamedStream } from './find-stream.ts';
import { type Environment, type Output, print } from './output.ts';
import { withStore } from './with-store.ts';

/** Sets how often an account or a topic is refreshed, or ends that. */
export async function track(
  environment: Environment,
  name: string,
  every: string | undefined,
  options: Output & { readonly off?: boolean },
): Promise<void> {
  if ((every !== undefined) === (options.off === true)) {
    throw new BadInputError('Give either how often, e.g. PT1H or P1D, or --off');
  }
  const everyMs = every === undefined ? null : parseDuration(every);
  await withStore(environment, async (store, config) => {
    const { streamId } = await getNamedStream(store, name);
    const { sql } = store.db;
    const requireProvider: Parameters<typeof trackStream>[0]['requireProvider'] = (kind) =>
      void ableProviders(configuredProviders(config.providers), kind);
    if (everyMs === null) await untrack({ sql }, streamId);
    else await trackStream({ sql, now: new Date(), requireProvider }, { streamId, everyMs });
    const [stream] = await findStreams(store.db, [streamId]);
    const { title, trackEveryMs, trackNextAt } = must(stream, 'it was found just now');
    const interval = trackEveryMs === null ? null : formatDuration(trackEveryMs);
    print(options, { title, every: interval, nextAt: trackNextAt }, [
      interval === null
        ? `${title} is refreshed on request only`
        : `${title} is refreshed every ${interval}, next at ${trackNextAt?.toISOString()}; a running server or worker does it`,
    ]);
  });
}
