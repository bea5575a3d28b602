import type { TransactionSql } from 'postgres';
import type { EnrichedPost } from '../../shared/post.ts';
import { type AuthorSeen, saveAuthors } from './authors.ts';
import { RawPacker, type RawOrigin, saveRaw } from './raw.ts';
import { authorKey } from './row.ts';

/** Where posts came from: who wrote them, and the payloads that they came as. */
export class Provenance {
  readonly #authors = new Map<string, AuthorSeen>();
  readonly #raw = new RawPacker();

  /** Takes a post that said something new. */
  add(postId: string, post: EnrichedPost): void {
    this.#raw.add(postId, post);
    const { author, observedAt } = post;
    const authorId = authorKey(author);
    const known = this.#authors.get(authorId);
    if (known && known.observedAt >= observedAt) return;
    const { handle, displayName, avatarUrl } = author;
    this.#authors.set(authorId, { authorId, handle, displayName, avatarUrl, observedAt });
  }

  async save(tx: TransactionSql, origin: RawOrigin): Promise<void> {
    await saveAuthors(tx, origin.streamId, [...this.#authors.values()]);
    await saveRaw(tx, origin, await this.#raw.finish());
  }
}
