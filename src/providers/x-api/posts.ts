import type { NormalisedPost, Rejection, Versions } from '../../shared/post.ts';
import type { PostsAnswer } from './answer.ts';
import { readPosts } from './answer.ts';
import type { ApiRequest, Ask } from './client.ts';
import { InvalidRequestError, misunderstood, problemKind } from './failures.ts';
import { type Owner, partsOf } from './map-post.ts';
import { toPost } from './raw.ts';
import { mayBeVocabulary, postSelector, type Vocabulary } from './vocabulary.ts';
import { newestVersions, versionsOf } from '../x/edits.ts';
import { newestFirst } from '../x/ids.ts';

/** Requests posts with everything that is needed to read them. Also returns the number of requests. */
export type AskPosts = (
  request: ApiRequest,
  signal: AbortSignal,
) => Promise<{ readonly answer: PostsAnswer; readonly requests: number }>;

/** Asks in the old vocabulary (tweet); after a refusal, tries the new one (post) and keeps to it if it is accepted. */
export function inEitherVocabulary(ask: Ask): AskPosts {
  let known: Vocabulary | null = null;
  return async (request, signal) => {
    const askIn = async (vocabulary: Vocabulary) => {
      const query = { ...request.query, ...postSelector(vocabulary) };
      const body = await ask({ ...request, query }, signal);
      known = vocabulary;
      return readPosts(body);
    };
    try {
      return { answer: await askIn(known ?? 'tweet'), requests: 1 };
    } catch (refused) {
      if (!isAboutWording(refused) || known !== null) throw refused;
      try {
        return { answer: await askIn('post'), requests: 2 };
      } catch (error) {
        throw isAboutWording(error) ? refused : error;
      }
    }
  };
}

function isAboutWording(error: unknown): boolean {
  return error instanceof InvalidRequestError && mayBeVocabulary(error.parameters);
}

/** The posts of an answer. */
type Delivery = {
  /** Newest first, each once; of an edited post only the newest version. */
  readonly posts: readonly NormalisedPost[];
  readonly rejected: readonly Rejection[];
  /** Ids that the answer reports as deleted. */
  readonly gone: readonly string[];
  /** The versions of posts that were edited. */
  readonly edits: readonly Versions[];
};

/**
 * Reads the posts of an answer whose ids are wanted. A post that cannot be read is rejected. When none can be read, the
 * API has changed, which is an error.
 */
export function deliver(
  answer: PostsAnswer,
  how: { readonly owner: Owner; readonly observedAt: number; readonly isWanted: (id: string) => boolean },
): Delivery {
  const posts = new Map<string, NormalisedPost>();
  const failed: Rejection[] = [];
  const edits: Versions[] = [];
  for (const { where, id, post } of answer.entries) {
    const read =
      typeof post === 'string' ? post : toPost(partsOf(post, answer.includes), how.owner, how.observedAt);
    if (typeof read === 'string') failed.push({ where, reason: read });
    else if (id !== null && how.isWanted(id)) posts.set(id, read);
    const versions = typeof post === 'string' ? null : versionsOf(post.value.id, post.value.versions);
    if (versions !== null) edits.push(versions);
  }
  const [first] = failed;
  if (first !== undefined && failed.length === answer.entries.length) {
    throw misunderstood(`${first.where.replace(/ .*/, '')}.${first.reason}`);
  }
  const gone = deletedIds(answer).filter(how.isWanted);
  for (const id of gone) posts.delete(id);
  return {
    posts: [...newestVersions([...posts.values()], edits)].sort((a, b) =>
      newestFirst(a.platformId, b.platformId),
    ),
    rejected: [...failed, ...answer.rejected],
    gone: [...new Set(gone)],
    edits,
  };
}

/** Ids of requested or referenced posts that are deleted. Hidden posts have another problem type. */
function deletedIds({ problems }: PostsAnswer): readonly string[] {
  return problems.flatMap((problem) => {
    const isPost = problem.resource_type === 'tweet' || problem.resource_type === 'post';
    if (!isPost || problemKind(problem) !== 'resource-not-found') return [];
    const id = problem.resource_id ?? problem.value ?? '';
    return /^\d{1,19}$/.test(id) ? [id] : [];
  });
}
