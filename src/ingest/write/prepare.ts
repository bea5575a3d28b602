import { setImmediate } from 'node:timers/promises';
import { must } from '../../shared/errors.ts';
import type { Identified } from '../../shared/post.ts';
import { type PreparedChanges, StreamChanges } from './changes.ts';
import { type Tagged, taggedOf } from './copy-terms.ts';
import { fewPieces, fewPosts } from './few-posts.ts';
import type { Incoming } from './incoming.ts';
import { KnownChanges } from './known-changes.ts';
import type { Merged } from './merge.ts';
import { type NewRow, postPieces } from './posts.ts';
import { type PreparedProvenance, Provenance } from './provenance.ts';

/**
 * A batch's changes to its stream, as parameters of one `commit`. It is complete: nobody adds to it, and `commit`
 * computes nothing.
 */
export type Prepared = {
  readonly posts: PreparedPosts;
  readonly provenance: PreparedProvenance;
  readonly changes: PreparedChanges;
  /** To be settled with other streams. */
  readonly known: KnownChanges;
};

/** The new posts. */
export type PreparedPosts = {
  readonly count: number;
  /** Whether the rows go as one parameter of a statement instead of by COPY. */
  readonly areFew: boolean;
  /**
   * The rows: JSON when they are few, otherwise a COPY in the binary format. `commit` takes each piece out as it sends
   * it.
   */
  readonly pieces: Buffer[];
  /** Posts with hashtags, when the rows go by COPY. */
  readonly tagged: readonly Tagged[];
  /** Posts that the batch also has with other figures. */
  readonly seenBefore: readonly Merged[];
};

/** A batch's changes apart from the rows of new posts: gathered post by post until `prepare` finishes them. */
export class Gathered {
  readonly changes = new StreamChanges();
  readonly provenance = new Provenance();
  readonly known = new KnownChanges();
}

type PrepareOptions = {
  readonly streamId: number;
  readonly collectedAt: number;
  /** Keys of posts that the stream has; they are left out. Default: none. */
  readonly stored?: ReadonlySet<string>;
  /** Keys of posts for which another stream's row is expected to stand. */
  readonly doubles: ReadonlySet<string>;
  /** The batch's changes of stored posts; nobody else adds to it afterwards. Default: none. */
  readonly gathered?: Gathered;
  /** Aborts the work, with the signal's reason. */
  readonly signal?: AbortSignal;
};

/** Bytes made before other work gets a chance to run: some ordinary posts, or one long one. */
const bytesInARow = 16 * 1024;

/**
 * Prepares what `commit` writes: parses, enriches, counts and releases each post, and keeps its row as bytes. Does not
 * use the store, so it may run while the previous batch is written. Throws what reading a post throws.
 */
export async function prepare<Post extends Identified>(
  incoming: Incoming<Post>,
  { streamId, collectedAt, stored, doubles, gathered = new Gathered(), signal }: PrepareOptions,
): Promise<Prepared> {
  const areFew = incoming.ids.length <= fewPosts;
  const tagged: Tagged[] = [];
  const seenBefore: Merged[] = [];
  let count = 0;
  function* rows(): Generator<NewRow> {
    for (const id of incoming.ids) {
      if (stored?.has(id)) continue;
      const { merged, posts } = must(incoming.read(id, null), 'the first sighting of a post is new');
      const { row } = merged;
      const stands = !(row.own && doubles.has(id));
      gathered.changes.add(merged);
      gathered.known.add(row, stands);
      for (const post of posts) gathered.provenance.add(id, post);
      if (merged.past.length > 0) seenBefore.push(merged);
      if (!areFew && row.hashtags.length > 0) tagged.push(taggedOf(row, stands));
      count++;
      yield { row, stands };
    }
  }
  const made = areFew ? fewPieces(rows()) : postPieces(streamId, rows(), collectedAt);
  const pieces = await collect(made, signal);
  const [provenance, changes] = await Promise.all([
    gathered.provenance.finish(),
    gathered.changes.prepare(streamId),
  ]);
  return { posts: { count, areFew, pieces, tagged, seenBefore }, provenance, changes, known: gathered.known };
}

async function collect(made: Iterable<Buffer>, signal?: AbortSignal): Promise<Buffer[]> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for (const piece of made) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes < bytesInARow) continue;
    bytes = 0;
    await setImmediate();
    signal?.throwIfAborted();
  }
  return pieces;
}
