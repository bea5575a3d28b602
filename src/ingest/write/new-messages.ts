import { messageOf, sentAtOf } from '../../shared/post-key.ts';
import type { EnrichedPost, Identified, ProviderName } from '../../shared/post.ts';
import { must } from '../../shared/errors.ts';
import type { TrendChanges } from '../folding/changes.ts';
import type { BinaryRows } from './binary-rows.ts';
import { StreamChanges } from './changes.ts';
import { type Tagged, taggedOf } from './copy-terms.ts';
import { Incoming } from './incoming.ts';
import { addPost } from './posts.ts';
import { Provenance } from './provenance.ts';
import type { Source } from './source.ts';

/** Messages of a channel, to be written together with those of other channels. */
type Messages<Post extends Identified> = {
  readonly posts: readonly Post[];
  readonly read: (post: Post) => EnrichedPost;
  readonly collectedAt: number;
};

/**
 * The rows of a channel's messages and their further changes. They assume that the channel has none of the messages,
 * that no chatter opted out, and that nothing deletes the messages. `findPlain` checks these assumptions.
 */
export type NewMessages = {
  readonly streamId: number;
  readonly provider: ProviderName;
  readonly collectedAt: number;
  readonly incoming: Incoming<Identified>;
  /** Instants of the first and last message, in milliseconds. */
  readonly first: number;
  readonly last: number;
  /** The part of each key that comes from the message's id. */
  readonly messages: readonly string[];
  /** Rows of `posts`, for `joinedPieces`. */
  readonly rows: Buffer;
  readonly tagged: readonly Tagged[];
  readonly changes: StreamChanges;
  readonly provenance: Provenance;
};

/** Makes the rows of a channel's messages; null when there are none, or when a message occurs twice. */
export function makeNewMessages<Post extends Identified>(
  source: Source,
  { posts, read, collectedAt }: Messages<Post>,
  into: BinaryRows,
  trends: TrendChanges,
): NewMessages | null {
  const incoming = Incoming.of(source, { posts, read });
  const keys = incoming.ids;
  if (keys.length === 0 || keys.length < posts.length) return null;
  const changes = new StreamChanges(trends);
  const provenance = new Provenance();
  const tagged: Tagged[] = [];
  for (const key of keys) {
    const { merged, posts: seen } = must(incoming.read(key, null), 'the first sighting of a post is new');
    changes.add(merged);
    for (const post of seen) provenance.add(key, post);
    if (merged.row.hashtags.length > 0) tagged.push(taggedOf(merged.row, true));
    addPost(into, source.streamId, { row: merged.row, stands: true }, collectedAt);
  }
  const instants = keys.map(sentAtOf);
  return {
    streamId: source.streamId,
    provider: source.provider,
    collectedAt,
    incoming: incoming as unknown as Incoming<Identified>, // safe: the posts are not read again
    first: Math.min(...instants),
    last: Math.max(...instants),
    messages: keys.map(messageOf),
    rows: into.copy(),
    tagged,
    changes,
    provenance,
  };
}
