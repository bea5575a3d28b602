import { type ChatExtras, type NormalisedPost, unknownMetrics } from '../../shared/post.ts';
import { type StoredEmote, unpackEmotes } from '../../shared/stored-emotes.ts';
import { domainsOf } from '../enrich/domains.ts';
import { enrich } from '../enrich/enrich.ts';
import { countable } from '../enrich/storable.ts';
import { type PostRow, toRow } from './row.ts';

/** Chat fields other than emotes: nothing is derived from them. */
const noExtras: ChatExtras = {
  emotes: [],
  badges: [],
  bits: 0,
  isFirst: null,
  isReturning: null,
  isAction: false,
  subscribedMonths: null,
  color: null,
};

/** Fields that `enrich` does not use. */
const beside = {
  platformId: '0',
  author: { platformId: null, handle: '', displayName: null, avatarUrl: null },
  metrics: unknownMetrics,
  entities: null,
  media: [],
  replyTo: null,
  repostOf: null,
  quoteOf: null,
  client: null,
  chat: null,
  raw: null,
} satisfies Partial<NormalisedPost>;

/**
 * Derives a post again from its stored row, for a post whose payload is gone. Its language stays, since the source may
 * have reported it. A list of terms stays when the text lacks some of them: then the source reported it, too.
 */
export function enrichStored(row: PostRow): PostRow {
  const { own, kind, text, createdAt, observedAt, language } = row;
  const stored = row.emotes === null ? null : (JSON.parse(row.emotes) as readonly StoredEmote[]); // safe: `toRow` wrote it
  const emotes = unpackEmotes(stored);
  const chat = kind === 'MESSAGE' ? { ...noExtras, emotes } : null;
  const post = { ...beside, own, kind, text, createdAt, observedAt, language, chat };
  const found = toRow('X', row.provider, enrich(post), row.postId);
  const lower = text.toLowerCase();
  const anew = (sigil: string, stored: readonly string[], again: readonly string[]) =>
    stored.every((term) => lower.includes(sigil + term)) ? again : stored;
  const urls = row.urls.length > 0 ? row.urls : found.urls.filter((url) => !isShortened.test(url));
  return {
    ...row,
    text: found.text,
    hashtags: anew('#', row.hashtags, found.hashtags),
    mentions: anew('@', row.mentions, found.mentions),
    cashtags: anew('$', row.cashtags, found.cashtags),
    urls,
    domains: countable(domainsOf(urls)),
    emoji: found.emoji,
    words: found.words,
    emotes: found.emotes ?? row.emotes,
    sentiment: found.sentiment,
    searchRules: found.searchRules,
  };
}

/** X's own short links: the source reports their targets, and only those count. */
const isShortened = /^(https?:\/\/)?t\.co\//i;
