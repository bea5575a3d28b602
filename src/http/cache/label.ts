import type { RecordedReads } from '../../graphql/reads.ts';
import type { Versions } from '../../streams/versions.ts';

/** What the cache asks of the versions. */
export type KnownVersions = Omit<Versions, 'close'>;

/** The versions that an answer was made from: it is true while these are the newest. */
export type Label = {
  readonly streams: readonly (readonly [streamId: number, version: number])[];
  /** Null when the answer does not depend on which streams there are. */
  readonly registry: number | null;
  /** The fingerprint of all versions; null when the answer does not depend on all streams. */
  readonly all: number | null;
};

/** The version of a stream that this process does not know: there is none, or it was made a moment ago. */
const unknown = -1;

/** What was known when an answer began to be made. */
export type Mark = { readonly clock: number; readonly registry: number; readonly all: number };

export const markOf = (versions: KnownVersions): Mark => ({
  clock: versions.clock(),
  registry: versions.registry(),
  all: versions.fingerprint(),
});

/**
 * The label of an answer that was made since the mark; null when something that it read has changed meanwhile, or is not
 * settled yet. The store is never behind what was known at the mark: when it was ahead, the news of it is still to come,
 * and ends the answer.
 */
export function labelOf(reads: RecordedReads, versions: KnownVersions, mark: Mark): Label | null {
  const streams: [number, number][] = [];
  let ofRegistry = reads.ofRegistry || reads.ofAll;
  for (const streamId of reads.streams) {
    if (versions.changedAt(streamId) > mark.clock || !versions.isSettled(streamId)) return null;
    const version = versions.of(streamId);
    if (version === null) ofRegistry = true;
    streams.push([streamId, version ?? unknown]);
  }
  if (ofRegistry && (versions.registry() !== mark.registry || !versions.isSettled())) return null;
  if (reads.ofAll && versions.fingerprint() !== mark.all) return null;
  return {
    streams,
    registry: ofRegistry ? mark.registry : null,
    all: reads.ofAll ? mark.all : null,
  };
}

/** Whether no version is known that is newer than the label's. */
export function isTrue({ streams, registry, all }: Label, versions: KnownVersions): boolean {
  if (registry !== null && registry !== versions.registry()) return false;
  if (all !== null && all !== versions.fingerprint()) return false;
  for (const [streamId, version] of streams) {
    const known = versions.of(streamId);
    if (known === null ? version !== unknown : version < known) return false;
  }
  return true;
}

/**
 * Whether another process can judge the label by what it knows itself: a stream that one does not know yet may be one
 * that the other knows no more.
 */
export const isPortable = ({ streams }: Label): boolean =>
  streams.every(([, version]) => version !== unknown);
