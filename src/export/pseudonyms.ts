import { createHmac, randomBytes } from 'node:crypto';
import type { Media } from '../shared/post.ts';
import type { ExportRow } from './columns.ts';

/** Returns a row without the names of people. */
export type Pseudonymise = (row: ExportRow) => ExportRow;

/**
 * Creates a function that replaces each handle, name and id by a pseudonym, the same for the same person or post within
 * one export. Pseudonyms are HMACs with a key that is created here and never stored, so they cannot be recomputed from
 * the export and the store, and differ between exports. Other contents of texts are left unchanged: `docs/export.md`
 * explains what that means.
 */
export function makePseudonyms(): Pseudonymise {
  const key = randomBytes(32);
  const of = (kind: string, value: string): string =>
    `${kind}_${lettersOf(createHmac('sha256', key).update(`${kind}:${value}`).digest())}`;
  const user = (handle: string) => of('user', handle.toLowerCase());
  const post = (id: string) => of('post', id);
  const maybe = (value: unknown, name: (text: string) => string) =>
    typeof value === 'string' ? name(value) : null;
  const clean = (text: string) => cleanText(text, { user, post });
  const cleanList = (list: unknown) => (list as readonly string[]).map(clean); // safe: lists are lists of texts
  return (row) => {
    const { streamKind, stream, authorHandle, authorId } = row;
    // By handle, since mentions have nothing else; by id for an author without a handle.
    const author = maybe(authorHandle, user) ?? maybe(authorId, (id) => of('user', `id:${id}`));
    return {
      ...row,
      stream: streamKind === 'ACCOUNT' ? user(String(stream)) : of('stream', String(stream)),
      postId: post(String(row.postId)),
      url: null,
      authorId: author,
      authorHandle: author,
      authorName: author,
      authorAvatarUrl: null,
      text: clean(String(row.text)),
      replyTo: maybe(row.replyTo, user),
      repostOf: maybe(row.repostOf, user),
      parentId: maybe(row.parentId, post),
      quotedId: maybe(row.quotedId, post),
      repostedId: maybe(row.repostedId, post),
      rootId: maybe(row.rootId, post),
      hashtags: cleanList(row.hashtags),
      mentions: (row.mentions as readonly string[]).map(user), // safe: a list of handles
      client: maybe(row.client, clean),
      cashtags: cleanList(row.cashtags),
      urls: cleanList(row.urls),
      words: cleanList(row.words),
      media: (row.media as readonly Media[]).map(({ kind, alt }) => ({
        kind,
        url: null,
        previewUrl: null,
        alt: maybe(alt, clean),
      })), // safe: it is what the store has
    };
  };
}

/** Encodes 80 bits as 20 letters, a to p: without digits, a pseudonym is never mistaken for an id. */
const lettersOf = (bytes: Buffer): string =>
  bytes
    .toString('hex', 0, 10)
    .replace(/\d/g, (digit) => String.fromCharCode('g'.charCodeAt(0) + Number(digit)));

type Names = {
  readonly user: (handle: string) => string;
  readonly post: (id: string) => string;
};

/** Addresses of people on X, with or without `https://`: X's own hosts, its short links, and well-known mirrors. */
const addresses =
  /(?<![\w.@-])(?:https?:\/\/)?(?:[\w-]{1,63}\.){0,4}(?:twitter\.com|x\.com|t\.co|twimg\.com|fxtwitter\.com|vxtwitter\.com|fixupx\.com|fixvx\.com|nitter\.net|xcancel\.com)(?![\w-])(?:[/?#:][^\s<>"]*)?/giu;
/** Also in the middle of a word, and longer than handles are, so that no possible name is left. */
const mention = /([@＠])([A-Za-z0-9_]{1,50})/gu;
/** Numbers as long as the ids of posts and newer users, anywhere. */
const longNumber = /\d{15,20}/gu;

function cleanText(text: string, names: Names): string {
  return text
    .replace(addresses, (address) => cleanAddress(address, names))
    .replace(mention, (_, sign: string, handle: string) => `${sign}${names.user(handle)}`)
    .replace(longNumber, (id) => names.post(id));
}

/** First parts of paths that are not handles. */
const ownPaths = new Set([
  'i',
  'intent',
  'search',
  'hashtag',
  'home',
  'explore',
  'share',
  'settings',
  'messages',
]);

/** Keeps only the page's owner and the post, as pseudonyms. */
function cleanAddress(address: string, { user, post }: Names): string {
  const path = /^(?:https?:\/\/)?[^/?#:]*\/([\w/]*)/iu.exec(address)?.[1] ?? '';
  const [first = ''] = path.split('/');
  const id = /(?:^|\/)status(?:es)?\/(\d+)/u.exec(path)?.[1];
  const owner = first === '' || ownPaths.has(first.toLowerCase()) ? 'i' : user(first);
  if (id !== undefined) return `https://x.com/${owner}/status/${post(id)}`;
  return owner === 'i' || !/x\.com|twitter\.com|nitter/iu.test(address)
    ? 'https://x.com/'
    : `https://x.com/${owner}`;
}
