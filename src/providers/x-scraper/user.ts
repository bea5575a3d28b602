import { z } from 'zod';
import { isXHandle } from '../../shared/handle.ts';
import type { AuthorRef } from '../../shared/author-ref.ts';
import type { AccountProfile } from '../../shared/post.ts';
import { profileProblem } from '../net/delivery-limits.ts';
import { count } from '../x/count.ts';
import { parseDate } from '../x/dates.ts';
import { countOf, idOf, isId, isWire, listOf, textOf, type Wire } from '../x/json.ts';
import { resolveText, unescapeHtml } from '../x/text.ts';
import { drift } from './failures.ts';
import { explain } from '../x/explain.ts';

/**
 * Returns the user's fields under their v1.1 names, which X used until 2025. From 2025 on, some are outside of
 * `legacy`; since 2026 there is no `legacy`, and every field has a place of its own.
 */
function legacyOf(user: Wire): Wire {
  const legacy = isWire(user.legacy) ? user.legacy : {};
  const inside = (key: string): Wire => (isWire(user[key]) ? user[key] : {});
  return {
    screen_name: inside('core').screen_name,
    name: inside('core').name,
    created_at: inside('core').created_at,
    profile_image_url_https: inside('avatar').image_url,
    followers_count: inside('relationship_counts').followers,
    friends_count: inside('relationship_counts').following,
    statuses_count: inside('tweet_counts').tweets,
    description: inside('profile_bio').description,
    entities: inside('profile_bio').entities,
    protected: inside('privacy').protected,
    verified: inside('verification').verified,
    ...legacy,
  };
}

const authorSchema = z.object({
  rest_id: z.string().refine(isId, 'no id'),
  screen_name: z.string().refine(isXHandle, 'no handle'),
});
const accountSchema = authorSchema.extend({
  followers_count: count,
  friends_count: count,
  statuses_count: count,
});

/** Reads the author of a user object; returns the path of what is missing when it cannot. */
export function readAuthor(user: unknown): AuthorRef | string {
  if (!isWire(user)) return 'missing';
  const legacy = legacyOf(user);
  const checked = authorSchema.safeParse({ ...legacy, rest_id: user.rest_id });
  if (!checked.success) return explain(checked.error);
  return {
    platformId: checked.data.rest_id,
    handle: checked.data.screen_name,
    displayName: readable(legacy.name),
    avatarUrl: textOf(legacy.profile_image_url_https),
  };
}

/** Reads the account of a user object; throws a ProviderError that names what is missing. */
export function accountOf(user: Wire, where: string, observedAt: number): AccountProfile {
  const legacy = legacyOf(user);
  const checked = accountSchema.safeParse({ ...legacy, rest_id: user.rest_id });
  if (!checked.success) throw drift(`${where}.${explain(checked.error)}`);
  const account: AccountProfile = {
    platform: 'X',
    platformId: idOf(user, 'rest_id'),
    handle: checked.data.screen_name,
    displayName: readable(legacy.name),
    description: descriptionOf(legacy),
    avatarUrl: textOf(legacy.profile_image_url_https),
    verified: user.is_blue_verified === true || legacy.verified === true,
    // In the older format, unprotected users lack the field.
    protected: legacy.protected === true,
    joinedAt: parseDate(legacy.created_at),
    followers: checked.data.followers_count,
    following: checked.data.friends_count,
    reportedPosts: checked.data.statuses_count,
    observedAt,
  };
  const problem = profileProblem(account);
  if (problem !== null) throw drift(`${where}.${problem}`);
  return account;
}

function descriptionOf(legacy: Wire): string | null {
  const text = textOf(legacy.description);
  if (text === null) return null;
  const entities = isWire(legacy.entities) ? legacy.entities : {};
  const urls = listOf(isWire(entities.description) ? entities.description.urls : null);
  const links = urls.flatMap((url) => {
    const shown = textOf(url.url);
    const start = Array.isArray(url.indices) ? countOf(url.indices[0]) : null;
    return shown === null ? [] : [{ shown, start, replacement: textOf(url.expanded_url) ?? shown }];
  });
  return resolveText(text, links);
}

function readable(value: unknown): string | null {
  const text = textOf(value);
  return text === null ? null : unescapeHtml(text);
}
