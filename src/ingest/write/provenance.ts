import type { TransactionSql } from 'postgres';
import { toIso } from '../../shared/instant.ts';
import type { EnrichedPost } from '../../shared/post.ts';
import { type AuthorSeen, mergeAuthor, saveAuthors, updateAuthors } from './authors.ts';
import type { Source } from './source.ts';
import { copyRaw, insertRaw, type PackedRaw, RawPacker, type RawOrigin } from './raw.ts';
import { authorKey } from './row.ts';

/** Where posts came from: who wrote them, and the payloads that they came as. */
export class Provenance {
  readonly #authors = new Map<string, AuthorSeen>();
  readonly #raw = new RawPacker();
  #packed: Promise<readonly PackedRaw[]> | null = null;

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

  /** Resolves with the payloads as rows when all of them are packed; nothing may be added afterwards. */
  pack(): Promise<readonly PackedRaw[]> {
    this.#packed ??= this.#raw.finish();
    return this.#packed;
  }

  /** Saves all of it, and notes that the provider delivered something. */
  async save(tx: TransactionSql, origin: RawOrigin): Promise<void> {
    const packed = await this.pack();
    const [first, ...more] = packed;
    // Sent together, where few payloads need no COPY.
    await Promise.all([
      saveAuthors(tx, origin.streamId, [...this.#authors.values()]),
      noteProvider(tx, origin),
      ...(first !== undefined && more.length === 0 ? [insertRaw(tx, origin, first)] : []),
    ]);
    if (more.length > 0) await copyRaw(tx, origin, packed);
  }
}

async function noteProvider(
  tx: TransactionSql,
  { streamId, provider, collectedAt }: Omit<RawOrigin, 'account'>,
): Promise<void> {
  await tx`
    insert into stream_providers as p (stream_id, provider, collected_at)
    values (${streamId}, ${provider}, ${toIso(collectedAt)})
    on conflict (stream_id, provider) do update set collected_at = greatest(p.collected_at, excluded.collected_at)`;
}
