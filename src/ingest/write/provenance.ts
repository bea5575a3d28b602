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

  /** Whose posts were taken. */
  get authors(): readonly AuthorSeen[] {
    return [...this.#authors.values()];
  }

  /** Of posts that stand as they did: returns whether an answer can show a difference. */
  updateAuthors(tx: TransactionSql, source: Source): Promise<boolean> {
    return updateAuthors(tx, source, this.authors);
  }

  /** Resolves when all payloads are packed; nothing may be added afterwards. */
  async finish(): Promise<PreparedProvenance> {
    return { raw: await this.#raw.finish(), authors: this.authors };
  }
}

/** Where a batch's posts came from, as the statements take it. */
export type PreparedProvenance = {
  readonly raw: readonly PackedRaw[];
  readonly authors: readonly AuthorSeen[];
};

/** Saves all of it, and notes that the provider delivered something. */
export async function saveProvenance(
  tx: TransactionSql,
  origin: RawOrigin,
  { raw, authors }: PreparedProvenance,
): Promise<void> {
  const [first, ...more] = raw;
  // Sent together, where few payloads need no COPY.
  await Promise.all([
    saveAuthors(tx, origin.streamId, authors),
    noteProvider(tx, origin),
    ...(first !== undefined && more.length === 0 ? [insertRaw(tx, origin, first)] : []),
  ]);
  if (more.length > 0) await copyRaw(tx, origin, raw);
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

/** The same of several streams, each once. */
export async function noteProviders(
  tx: TransactionSql,
  origins: readonly Pick<RawOrigin, 'streamId' | 'provider' | 'collectedAt'>[],
): Promise<void> {
  await tx`
    insert into stream_providers as p (stream_id, provider, collected_at)
    select * from unnest(${origins.map((one) => one.streamId)}::int[], ${origins.map((one) => one.provider)}::provider[],
      ${origins.map((one) => toIso(one.collectedAt))}::timestamptz[])
    on conflict (stream_id, provider) do update set collected_at = greatest(p.collected_at, excluded.collected_at)`;
}
