import type { TransactionSql } from 'postgres';
import { toIso } from '../../shared/instant.ts';
import type { EnrichedPost } from '../../shared/post.ts';
import { type AuthorSeen, mergeAuthor, saveAuthors, updateAuthors } from './authors.ts';
import type { Source } from './source.ts';
import { copyRaw, insertRaw, type PackedRaw, RawPacker, type RawOrigin } from './raw.ts';
import { authorKey } from './row.ts';

/** The origin of posts: their authors and payloads. */
export class Provenance {
  readonly #authors = new Map<string, AuthorSeen>();
  readonly #raw = new RawPacker();

  /** Adds a post with new information. */
  add(postId: string, post: EnrichedPost): void {
    this.#raw.add(postId, post);
    this.addAuthor(post);
  }

  /** Adds the author of an unchanged post, since the name may have changed. */
  addAuthor({ author, observedAt }: EnrichedPost): void {
    const authorId = authorKey(author);
    const known = this.#authors.get(authorId);
    const { handle, displayName, avatarUrl } = author;
    const seen = { authorId, handle, displayName, avatarUrl, observedAt };
    this.#authors.set(authorId, known ? mergeAuthor(known, seen) : seen);
  }

  /** The authors of the added posts. */
  get authors(): readonly AuthorSeen[] {
    return [...this.#authors.values()];
  }

  /** Saves the authors of unchanged posts; returns whether any answer changes. */
  updateAuthors(tx: TransactionSql, source: Source): Promise<boolean> {
    return updateAuthors(tx, source, this.authors);
  }

  /** Resolves when all payloads are packed. Nothing may be added afterwards. */
  async finish(): Promise<PreparedProvenance> {
    return { raw: await this.#raw.finish(), authors: this.authors };
  }
}

/** The origin of a batch's posts, as parameters of statements. */
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
  // Sent together, when the payloads are few enough to need no COPY.
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

/** Like `noteProvider`, for several streams, each once. */
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
