import { locale, memoize } from '../../format/locale.ts';
import type { PostsView } from '../search.ts';

/** Names of post kinds in a list. */
export const kindLabels: Record<PostsView['kinds'][number], string> = {
  ORIGINAL: 'Originals',
  REPLY: 'Replies',
  REPOST: 'Reposts',
  QUOTE: 'Quotes',
};

/** Display names of sentiment labels. */
export const moodLabels: Record<NonNullable<PostsView['mood']>, string> = {
  POSITIVE: 'Positive',
  NEUTRAL: 'Neutral',
  NEGATIVE: 'Negative',
};

/** Display names of providers. */
export const providerLabels: Record<PostsView['providers'][number], string> = {
  X_ARCHIVE: 'X archive',
  TWITCH_EVENTSUB: 'Twitch events',
  TWITCH_IRC: 'Twitch chat',
  TWITCH_LOG: 'chat log',
  X_API: 'X API',
  X_SCRAPER: "X's web client",
  SOCIALDATA: 'SocialData',
  SYNTHETIC: 'made up',
};

/** Display names of orders. */
export const sortLabels: Record<PostsView['sort'], string> = {
  NEWEST: 'Newest',
  OLDEST: 'Oldest',
  LIKES: 'Most likes',
  REPOSTS: 'Most reposts',
  REPLIES: 'Most replies',
  ENGAGEMENT: 'Most engagement',
  IMPRESSIONS: 'Most impressions',
  RELEVANCE: 'Best match',
};

/** The most common languages of posts; an address may contain others. */
export const languages = (
  'ar bg bn ca cs da de el en es et fa fi fr gu he hi hr hu id it ja kn ko lt lv mr ms nl no pa pl pt ro ru sk sl sr sv ' +
  'ta te th tl tr uk ur vi zh'
).split(' ');

const namesOf = memoize((tag) => new Intl.DisplayNames(tag, { type: 'language' }));

/** A language's name in the reader's language: `en` is `English`. */
export function languageName(code: string, tag = locale): string {
  try {
    return namesOf(tag).of(code) ?? code;
  } catch {
    return code;
  }
}
