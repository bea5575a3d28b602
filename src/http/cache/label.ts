import type { RecordedReads } from '../../graphql/reads.ts';
import type { Versions } from '../../streams/versions.ts';

/** The part of the versions that the cache uses. */
export type KnownVersions = Omit<Versions, 'close'>;

/** The versions that an answer was made from. It is valid while these are the newest. */
export type Label = {
  readonly streams: readonly (readonly [streamId: number, version: number])[];
  /** Null when the answer does not depend on which streams there are. */
  readonly registry: number | null;
  /** The fingerprint of all versions; null when the answer does not depend on all streams. */
  readonly all: number | null;
};

/** Stands for the version of a stream that this process does not know: it does not exist, or was just created. */
const unknown = -1;

/** The known versions when the computation of an answer began. */
export type Mark = { readonly clock: number; readonly registry: number; readonly all: number };

export const markOf = (versions: KnownVersions): Mark => ({
  clock: versions.clock(),
  registry: versions.registry(),
  all: versions.fingerprint(),
});

/**
 * Returns the label of an answer that was computed since the mark; null when something that it read has changed meanwhile,
 * or is not settled yet. The store is never older than the versions known at the mark. When it was newer, the
 * notification of the change is still to come, and makes the answer invalid.
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

/** Whether no newer version than the label's is known. */
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
 * Whether another process can judge the label: a stream that this process does not know yet may be one that the other
 * knows as deleted.
 */
export const isPortable = ({ streams }: Label): boolean =>
  streams.every(([, version]) => version !== unknown);
