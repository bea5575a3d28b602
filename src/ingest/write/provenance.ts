import type { TransactionSql } from 'postgres';
import type { EnrichedPost } from '../../shared/post.ts';
import { type AuthorSeen, mergeAuthor, saveAuthors, updateAuthors } from './authors.ts';
import type { Source } from './batch.ts';
import { RawPacker, type RawOrigin, saveRaw } from './raw.ts';
import { authorKey } from './row.ts';

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

  /** Of posts that stand as they did: returns whether an answer can show a difference. */
  updateAuthors(tx: TransactionSql, source: Source): Promise<boolean> {
    return updateAuthors(tx, source, [...this.#authors.values()]);
  }

  async save(tx: TransactionSql, origin: RawOrigin): Promise<void> {
    await saveAuthors(tx, origin.streamId, [...this.#authors.values()]);
    await saveRaw(tx, origin, await this.#raw.finish());
  }
}
