import type { SyntheticOptions } from '../../src/providers/synthetic/options.ts';
import { accountPages } from '../../src/providers/synthetic/provider.ts';
import type { Media, NormalisedPost } from '../../src/shared/post.ts';
import { tweet } from '../../test/support/x-archive.ts';

const pageSize = 5_000;

/** The posts of a world's first account as records of tweets.js, newest first, as X writes them. */
export function* tweetsOf(options: SyntheticOptions, posts: number): Generator<object> {
  const lastPage = Math.floor((posts - 1) / pageSize) * pageSize;
  for (let from = lastPage; from >= 0; from -= pageSize) {
    const { value: page } = accountPages(options, 0, { cursor: String(from), pageSize }).next();
    for (const post of page?.posts.toReversed() ?? []) yield tweetOf(post);
  }
}

/** The part of the text that an entity covers, with the t.co link that X puts there. */
type Link = { readonly short: string; readonly expanded: string };

function tweetOf(post: NormalisedPost): object {
  const links = linksOf(post);
  const picture = post.media.length > 0 ? shortLink(`${post.platformId} media`) : null;
  const text = textOf(post, links, picture);
  const { hashtags = [], mentions = [], cashtags = [] } = post.entities ?? {};
  const media = picture === null ? [] : post.media.map((one) => mediaOf(post, one, text, picture));
  return tweet({
    at: post.createdAt,
    id: post.platformId,
    text,
    likes: post.metrics.likes ?? 0,
    reposts: post.metrics.reposts ?? 0,
    more: {
      source: `<a href="https://mobile.twitter.com" rel="nofollow">${post.client ?? ''}</a>`,
      lang: post.language ?? 'und',
      entities: {
        hashtags: hashtags.map((tag) => ({ text: tag, indices: indicesOf(text, `#${tag}`) })),
        symbols: cashtags.map((tag) => ({ text: tag, indices: indicesOf(text, `$${tag}`) })),
        user_mentions: mentions.map((handle) => ({
          name: handle,
          screen_name: handle,
          indices: indicesOf(text, `@${handle}`),
          id_str: String(numberOf(handle)),
          id: String(numberOf(handle)),
        })),
        urls: links.map(({ short, expanded }) => ({
          url: short,
          expanded_url: expanded,
          display_url: expanded.replace(/^https:\/\//, '').slice(0, 26),
          indices: indicesOf(text, short),
        })),
        // Only the first of several pictures; extended_entities has all.
        ...(media.length > 0 ? { media: media.slice(0, 1) } : {}),
      },
      ...(media.length > 0 ? { possibly_sensitive: false, extended_entities: { media } } : {}),
      ...replyOf(post),
    },
  });
}

/** Links of the text, and the link to the quoted post that X appends. */
function linksOf(post: NormalisedPost): readonly Link[] {
  const written = (post.entities?.urls ?? []).map((expanded) => ({ short: shortLink(expanded), expanded }));
  if (post.quoteOf === null) return written;
  const expanded = `https://twitter.com/i/web/status/${post.quoteOf}`;
  return [...written, { short: shortLink(expanded), expanded }];
}

/** The text as X stores it: escaped, with short links, the picture's link last. */
function textOf(post: NormalisedPost, links: readonly Link[], picture: string | null): string {
  let text = post.text.replace(/[&<>]/g, (sign) => `&${escapes[sign]};`);
  for (const { short, expanded } of links) {
    text = text.includes(expanded) ? text.replace(expanded, short) : `${text} ${short}`;
  }
  return picture === null ? text : `${text} ${picture}`;
}

const escapes: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt' };

function mediaOf(
  post: NormalisedPost,
  { kind, url, previewUrl }: Media,
  text: string,
  short: string,
): object {
  const size = (w: number, h: number, resize: string) => ({ w: String(w), h: String(h), resize });
  const image = previewUrl ?? url;
  const page = `https://twitter.com/${post.author.handle}/status/${post.platformId}/photo/1`;
  return {
    expanded_url: page,
    indices: indicesOf(text, short),
    url: short,
    media_url: image,
    id_str: post.platformId,
    id: post.platformId,
    media_url_https: image,
    sizes: {
      small: size(680, 510, 'fit'),
      large: size(2048, 1536, 'fit'),
      thumb: size(150, 150, 'crop'),
      medium: size(1200, 900, 'fit'),
    },
    type: kind === 'PHOTO' ? 'photo' : kind === 'GIF' ? 'animated_gif' : 'video',
    ...(kind === 'PHOTO'
      ? {}
      : { video_info: { variants: [{ bitrate: '832000', content_type: 'video/mp4', url }] } }),
    display_url: `pic.twitter.com/${short.slice(-10)}`,
  };
}

function replyOf({ replyTo }: NormalisedPost): object {
  if (replyTo === null) return {};
  const { postId, authorId, handle } = replyTo;
  return {
    ...(postId === null ? {} : { in_reply_to_status_id_str: postId, in_reply_to_status_id: postId }),
    ...(authorId === null ? {} : { in_reply_to_user_id: authorId, in_reply_to_user_id_str: authorId }),
    ...(handle === null ? {} : { in_reply_to_screen_name: handle }),
  };
}

/** Its position in code points; strings, like all numbers of an archive. */
function indicesOf(text: string, part: string): readonly [string, string] {
  const at = text.indexOf(part);
  const start = at < 0 ? 0 : [...text.slice(0, at)].length;
  return [String(start), String(start + [...part].length)];
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

function shortLink(of: string): string {
  let [name, number] = ['', numberOf(of) * 4_093 + of.length];
  for (let place = 0; place < 10; place += 1) {
    name += letters[number % letters.length];
    number = Math.floor(number / letters.length) + numberOf(name);
  }
  return `https://t.co/${name}`;
}

/** 32 bits of a text, FNV-1a. */
function numberOf(text: string): number {
  let number = 2_166_136_261;
  for (let at = 0; at < text.length; at += 1) {
    number = Math.imul(number ^ text.charCodeAt(at), 16_777_619) >>> 0;
  }
  return number;
}
