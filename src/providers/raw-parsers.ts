import type { AccountProfile, NormalisedPost, ProviderName } from '../shared/post.ts';
import { parseRaw as parseSynthetic } from './synthetic/provider.ts';
import { parseRaw as parseArchived } from './x-archive/provider.ts';

type RawParser = (raw: string, account: AccountProfile) => NormalisedPost;

const parsers: Partial<Record<ProviderName, RawParser>> = {
  X_ARCHIVE: parseArchived,
  SYNTHETIC: parseSynthetic,
};

/** How a provider's kept payloads are read today; null where none of ours can. */
export const rawParser = (provider: ProviderName): RawParser | null => parsers[provider] ?? null;
