import { z } from 'zod';
import type { AccountProfile } from '../../shared/post.ts';
import { profileProblem } from '../net/delivery-limits.ts';
import { parseDate } from '../x/dates.ts';
import type { Wire } from '../x/json.ts';
import { resolveText, unescapeHtml } from '../x/text.ts';
import { accountFailure, misunderstood, problemSchema } from './failures.ts';
import { explain } from '../x/explain.ts';
import { type ApiUser, userSchema } from './schema.ts';

const answerSchema = z.object({ data: userSchema.nullish(), errors: z.array(problemSchema).nullish() });

/** Reads the account of an answer about one user; throws a ProviderError when there is no such account. */
export function readProfile(body: Wire, observedAt: number): AccountProfile {
  const answer = answerSchema.safeParse(body);
  if (!answer.success) throw misunderstood(explain(answer.error));
  const { data, errors } = answer.data;
  if (data) {
    const account = toProfile(data, observedAt);
    const problem = profileProblem(account);
    if (problem !== null) throw misunderstood(problem);
    return account;
  }
  throw accountFailure(errors ?? []) ?? misunderstood('data: expected object, received nothing');
}

function toProfile(user: ApiUser, observedAt: number): AccountProfile {
  const links = (user.entities?.description?.urls ?? []).map(({ url, start, expanded_url }) => ({
    shown: url,
    start: start ?? null,
    replacement: expanded_url ?? url,
  }));
  const figures = user.public_metrics;
  return {
    platform: 'X',
    platformId: user.id,
    handle: user.username,
    displayName: user.name ? unescapeHtml(user.name) : null,
    description: typeof user.description === 'string' ? resolveText(user.description, links) : null,
    avatarUrl: user.profile_image_url ?? null,
    verified: user.verified ?? null,
    protected: user.protected ?? null,
    joinedAt: parseDate(user.created_at),
    followers: figures?.followers_count ?? null,
    following: figures?.following_count ?? null,
    reportedPosts: figures?.tweet_count ?? figures?.post_count ?? null,
    observedAt,
  };
}
