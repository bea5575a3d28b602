import type { NormalisedPost } from '../../../../src/shared/post.ts';
import { accountPages, syntheticAccounts } from '../../../../src/providers/synthetic/provider.ts';
import { syntheticDefaults, type SyntheticOptions } from '../../../../src/providers/synthetic/options.ts';

export const endingAt = Date.UTC(2026, 10, 21, 10);
export const defaults: SyntheticOptions = { ...syntheticDefaults, endingAt };

/** All posts of one account, oldest first. */
export function postsOf(options: SyntheticOptions, index: number, pageSize = 500): readonly NormalisedPost[] {
  return [...accountPages(options, index, { pageSize })].flatMap((page) => page.posts);
}

/** All posts of all accounts, account by account. */
export function allPosts(options: SyntheticOptions): readonly NormalisedPost[] {
  return syntheticAccounts(options).flatMap((account) => postsOf(options, account.index));
}
