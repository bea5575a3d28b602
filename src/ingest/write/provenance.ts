import type { TransactionSql } from 'postgres';
import type { EnrichedPost } from '../../shared/post.ts';
import { type AuthorSeen, saveAuthors } from './authors.ts';
import { RawPacker, type RawOrigin, saveRaw } from './raw.ts';
import { authorKey } from './row.ts';

/** The later sighting of an author, with what it leaves open filled in; as `saveAuthors` does with stored ones. */
function mergeAuthor(known: AuthorSeen, seen: AuthorSeen): AuthorSeen {
  const [late, early] = seen.observedAt >= known.observedAt ? [seen, known] : [known, seen];
  const { displayName, avatarUrl } = late;
  return {
    ...late,
    displayName: displayName ?? early.displayName,
    avatarUrl: avatarUrl ?? early.avatarUrl,
  };
}

/** Where posts came from: who wrote them, and the payloads that they came as. */
export class Provenance {
  readonly #authors = new Map<string, AuthorSeen>();
  readonly #raw = new RawPacker();

  /** Takes a post that said something new. */
  add(postId: string, post: EnrichedPost): void {
    this.#raw.add(postId, post);
    this.addAuthor(post);
  }

  /** Takes the author of a post that said nothing new: the name may have changed. */
  addAuthor({ author, observedAt }: EnrichedPost): void {
    const authorId = authorKey(author);
    const known = this.#authors.get(authorId);
    const { handle, displayName, avatarUrl } = author;
    const seen = { authorId, handle, displayName, avatarUrl, observedAt };
    this.#authors.set(authorId, known ? mergeAuthor(known, seen) : seen);
  }

  async saveAuthors(tx: TransactionSql, streamId: number): Promise<void> {
    await saveAuthors(tx, streamId, [...this.#authors.values()]);
  }

  async save(tx: TransactionSql, origin: RawOrigin): Promise<void> {
    await this.saveAuthors(tx, origin.streamId);
    await saveRaw(tx, origin, await this.#raw.finish());
  }
}
