/** A piece of a post's text: plain text or a link. */
export type TextPart = {
  readonly kind: 'text' | 'hashtag' | 'mention' | 'link';
  readonly text: string;
  /** The tag without #, the handle without @, the address of a link. */
  readonly target: string;
};

const entity =
  /(https?:\/\/[^\s<>"]+)|(?<![\p{L}\p{N}_&/])(?:[#＃]([\p{L}\p{N}\p{M}_]+)|[@＠]([A-Za-z0-9_]{1,32}))/gu;

/**
 * Splits a text at its links, hashtags and mentions. A hashtag or mention counts when the post lists it: lookalikes
 * (`#1`, an e-mail address) are not links. The joined parts equal the text.
 */
export function textParts(
  text: string,
  post: { readonly hashtags: readonly string[]; readonly mentions: readonly string[] },
): TextPart[] {
  const hashtags = new Set(post.hashtags);
  const mentions = new Set(post.mentions);
  const parts: TextPart[] = [];
  let end = 0;
  const add = (from: number, to: number, kind: TextPart['kind'], target: string) => {
    if (from > end) parts.push({ kind: 'text', text: text.slice(end, from), target: '' });
    parts.push({ kind, text: text.slice(from, to), target });
    end = to;
  };
  for (const match of text.matchAll(entity)) {
    const [whole, url, tag, handle] = match;
    if (url !== undefined) {
      // Closing punctuation is not part of the address.
      const address = url.replace(/[.,;:!?'"»”’)\]]+$/u, (signs) =>
        /\(/.test(url) && signs.startsWith(')') ? ')' : '',
      );
      if (isHttp(address)) add(match.index, match.index + address.length, 'link', address);
    } else if (tag !== undefined) {
      const name = tag.normalize('NFKC').toLowerCase();
      if (hashtags.has(name)) add(match.index, match.index + whole.length, 'hashtag', name);
    } else if (handle !== undefined && mentions.has(handle.toLowerCase()))
      add(match.index, match.index + whole.length, 'mention', handle.toLowerCase());
  }
  if (end < text.length) parts.push({ kind: 'text', text: text.slice(end), target: '' });
  return parts;
}

/** Whether an address is safe for a link: http or https, nothing executable. */
export function isHttp(address: string): boolean {
  try {
    return ['http:', 'https:'].includes(new URL(address).protocol);
  } catch {
    return false;
  }
}

/** A link's display text: without its scheme, cut after 40 characters. */
export function shortUrl(address: string): string {
  const short = address.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '');
  return short.length > 40 ? `${short.slice(0, 39)}…` : short;
}
