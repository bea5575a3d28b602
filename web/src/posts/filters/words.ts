import { locale, once } from '../../format/locale.ts';
import type { PostsView } from '../search.ts';

/** Kinds of posts as a list names them. */
export const kindLabels: Record<PostsView['kinds'][number], string> = {
  ORIGINAL: 'Originals',
  REPLY: 'Replies',
  REPOST: 'Reposts',
  QUOTE: 'Quotes',
};

/** Labels of sentiment in people's words. */
export const moodLabels: Record<NonNullable<PostsView['mood']>, string> = {
  POSITIVE: 'Positive',
  NEUTRAL: 'Neutral',
  NEGATIVE: 'Negative',
};

/** Providers in people's words. */
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

/** Orders in people's words. */
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

/** The languages that posts are most often in; an address may ask for others. */
export const languages = (
  'ar bg bn ca cs da de el en es et fa fi fr gu he hi hr hu id it ja kn ko lt lv mr ms nl no pa pl pt ro ru sk sl sr sv ' +
  'ta te th tl tr uk ur vi zh'
).split(' ');

const namesOf = once((tag) => new Intl.DisplayNames(tag, { type: 'language' }));

/** A language's name in the reader's own: `en` is `English`. */
export function languageName(code: string, tag = locale): string {
  try {
    return namesOf(tag).of(code) ?? code;
  } catch {
    return code;
  }
}
