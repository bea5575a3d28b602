import type { AuthorRef } from '../../shared/author-ref.ts';
import type { NormalisedPost } from '../../shared/post.ts';
import { draftOf } from './draft.ts';
import type { Growth } from './followers.ts';
import { drawMetrics } from './metrics.ts';
import { authorOf, handleOf } from './persona.ts';
import { postId } from './post-id.ts';
import { dice, hash, pickEarly, purpose } from './random.ts';
import { writeRaw } from './raw.ts';
import { type PostRef, type Role, roleOf } from './thread.ts';
import { createdAt, type Resident, residentOf, type World } from './world.ts';

/** What all posts of an account share. */
export type Writer = { readonly resident: Resident; readonly author: AuthorRef; readonly growth: Growth };

/** Creates the complete post of a slot. */
export function makePost(world: World, { resident, author, growth }: Writer, slot: number): NormalisedPost {
  const ref = { account: resident.index, slot };
  const role = roleOf(world, ref);
  const draft = draftOf(world, ref, role);
  const at = createdAt(world, resident, slot);
  const roll = dice(hash(world.seed, ref.account, slot, purpose.metrics));
  const setting = { world, resident, growth, kind: role.kind, createdAt: at, media: draft.media.length > 0 };
  const post = {
    platformId: postId(world, ref.account, slot, at),
    author,
    own: true,
    kind: role.kind,
    text: draft.text,
    createdAt: at,
    language: draft.language,
    metrics: drawMetrics(setting, roll),
    observedAt: world.end,
    entities: draft.entities,
    media: draft.media,
    ...references(world, role),
    client: pickEarly(resident.habit.clients, roll()),
    chat: null,
  };
  return { ...post, raw: writeRaw(post) };
}

function references(
  world: World,
  { kind, target }: Role,
): Pick<NormalisedPost, 'replyTo' | 'repostOf' | 'quoteOf'> {
  const none = { replyTo: null, repostOf: null, quoteOf: null };
  if (target === null) return none;
  const id = idOf(world, target);
  const handle = handleOf(world, target.account);
  if (kind === 'REPLY') {
    const authorId = authorOf(world, target.account).platformId;
    return { ...none, replyTo: { postId: id, authorId, handle } };
  }
  return kind === 'REPOST' ? { ...none, repostOf: { handle, postId: id } } : { ...none, quoteOf: id };
}

function idOf(world: World, { account, slot }: PostRef): string {
  return postId(world, account, slot, createdAt(world, residentOf(world, account), slot));
}
