import { createHmac, randomBytes } from 'node:crypto';
import type { Media } from '../shared/post.ts';
import type { ExportRow } from './columns.ts';

/** Gives rows without what names people. */
export type Pseudonymise = (row: ExportRow) => ExportRow;

/**
 * Puts a pseudonym in the place of each handle, name and id, the same for the same person or post within one export. They
 * are HMACs by a key that is made here and kept nowhere: who has the export and the store cannot compute them again, and
 * two exports have different ones. What a text says beside is left: `docs/export.md` tells what that means.
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
    // By the handle: mentions know no other name. An author without one is known by the id alone.
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

/** 80 bits as 20 letters, a to p: without digits, nothing takes a pseudonym for an id. */
const lettersOf = (bytes: Buffer): string =>
  bytes
    .toString('hex', 0, 10)
    .replace(/\d/g, (digit) => String.fromCharCode('g'.charCodeAt(0) + Number(digit)));

type Names = {
  readonly user: (handle: string) => string;
  readonly post: (id: string) => string;
};

/** Addresses that lead to people on X, with or without `https://`: its own, its short ones, and well-known mirrors. */
const addresses =
  /(?<![\w.@-])(?:https?:\/\/)?(?:[\w-]{1,63}\.){0,4}(?:twitter\.com|x\.com|t\.co|twimg\.com|fxtwitter\.com|vxtwitter\.com|fixupx\.com|fixvx\.com|nitter\.net|xcancel\.com)(?![\w-])(?:[/?#:][^\s<>"]*)?/giu;
/** Also in the middle of a word, and longer than handles are: what may be a name is none afterwards. */
const mention = /([@＠])([A-Za-z0-9_]{1,50})/gu;
/** As long as ids of posts and of newer users are, wherever they stand. */
const longNumber = /\d{15,20}/gu;

function cleanText(text: string, names: Names): string {
  return text
    .replace(addresses, (address) => cleanAddress(address, names))
    .replace(mention, (_, sign: string, handle: string) => `${sign}${names.user(handle)}`)
    .replace(longNumber, (id) => names.post(id));
}

/** What is no handle at the beginning of a path. */
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

/** Keeps whose page or which post it is, as pseudonyms, and nothing else. */
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
