import { profileProblem } from '../net/delivery-limits.ts';
import { parseDate } from '../x/dates.ts';
import { textOf } from '../x/json.ts';
import { unescapeHtml } from '../x/text.ts';
import { type KnownAccount, noSuchAccount } from './account.ts';
import { notUnderstood } from './failure.ts';
import type { Get } from './walk.ts';
import { explain } from '../x/explain.ts';
import { profileSchema } from './wire.ts';

/** Fetches a profile, by id when it is given. */
export async function fetchProfile(
  get: Get,
  who: { readonly handle: string; readonly platformId: string | null },
  now: () => number,
): Promise<KnownAccount> {
  const answer = await get(`/twitter/user/${who.platformId ?? encodeURIComponent(who.handle)}`);
  if (answer === null) throw noSuchAccount(who.handle);
  const parsed = profileSchema.safeParse(answer.json);
  if (!parsed.success) throw notUnderstood(explain(parsed.error));
  const user = parsed.data;
  // One endpoint takes both names and ids, so it may take a name of digits for an id.
  const isAsked =
    who.platformId === null
      ? user.screen_name.toLowerCase() === who.handle.toLowerCase()
      : user.id_str === who.platformId;
  if (!isAsked) throw notUnderstood(`asked for @${who.handle}, it returned @${user.screen_name}`);
  const account: KnownAccount = {
    platform: 'X',
    platformId: user.id_str,
    handle: user.screen_name,
    displayName: readable(user.name),
    description: readable(user.description),
    avatarUrl: textOf(user.profile_image_url_https),
    verified: user.verified ?? null,
    protected: user.protected ?? null,
    joinedAt: parseDate(user.created_at),
    followers: user.followers_count ?? null,
    following: user.friends_count ?? null,
    reportedPosts: user.statuses_count ?? null,
    observedAt: now(),
  };
  const problem = profileProblem(account);
  if (problem !== null) throw notUnderstood(problem);
  return account;
}

function readable(value: string | null | undefined): string | null {
  const text = textOf(value);
  return text === null ? null : unescapeHtml(text);
}
