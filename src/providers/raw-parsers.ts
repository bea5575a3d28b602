import type { AccountProfile, NormalisedPost, ProviderName } from '../shared/post.ts';
import { parseRaw as parseSocialData } from './socialdata/raw.ts';
import { parseRaw as parseSynthetic } from './synthetic/raw.ts';
import { parseRaw as parseChat } from './twitch/raw.ts';
import { parseRaw as parseEventSub } from './twitch-eventsub/raw.ts';
import { parseRaw as parseFromXApi } from './x-api/raw.ts';
import { parseRaw as parseArchived } from './x-archive/raw.ts';
import { parseRaw as parseScraped } from './x-scraper/raw.ts';

/** The account is null for a topic, since every post of a topic is its own. */
type RawParser = (raw: string, account: AccountProfile | null) => NormalisedPost;

const parsers: Partial<Record<ProviderName, RawParser>> = {
  X_API: parseFromXApi,
  X_ARCHIVE: ofAccount(parseArchived),
  SOCIALDATA: parseSocialData,
  SYNTHETIC: ofAccount(parseSynthetic),
  TWITCH_EVENTSUB: parseEventSub,
  TWITCH_IRC: parseChat,
  TWITCH_LOG: parseChat,
  X_SCRAPER: parseScraped,
};

/** Returns the parser for a provider's stored payloads; null when there is none. */
export const rawParser = (provider: ProviderName): RawParser | null => parsers[provider] ?? null;

function ofAccount(parse: (raw: string, account: AccountProfile) => NormalisedPost): RawParser {
  return (raw, account) => {
    if (account === null) throw new Error('broken invariant: this provider delivers accounts only');
    return parse(raw, account);
  };
}
