import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import yazl from 'yazl';

/** The owner of the archive. */
export type ArchiveAccount = {
  readonly id: string;
  readonly handle: string;
  readonly displayName: string;
  readonly joinedAt: Date;
};

/** A file of an archive before it is put into a zip or folder. */
export type ArchiveFile = {
  readonly path: string;
  readonly content: string | Buffer | Iterable<string> | AsyncIterable<string>;
};

type Tweets = AsyncIterable<object> | Iterable<object>;

/** How an archive differs from today's usual one. */
export type ArchiveVariant = {
  /** Default `zip`. `file` writes tweets.js alone. */
  readonly container?: 'zip' | 'folder' | 'file';
  /** `tweet` before 2022. */
  readonly name?: 'tweets' | 'tweet';
  /** Files in the root, records without wrappers, no manifest: before 2019. */
  readonly bare?: boolean;
  /** Everything in a folder of this name, with macOS's shadow files. */
  readonly wrappedIn?: string;
  /** Tweets in each part; the last part has the rest. Default: all in one. */
  readonly partSizes?: readonly number[];
  /** `null` writes none. */
  readonly generatedAt?: Date | null;
  readonly followers?: number;
  readonly following?: number;
  readonly partial?: boolean;
  /** Default true: account.js, profile.js and manifest.js. */
  readonly identified?: boolean;
  readonly notes?: readonly object[];
  readonly communityTweets?: readonly object[];
  readonly deletedTweets?: readonly object[];
  /** More files, e.g. private ones. */
  readonly others?: readonly ArchiveFile[];
  /** 0 to 9, default 6. */
  readonly compressionLevel?: number;
};

/**
 * Writes an archive in X's format as a stream: a million tweets need no more memory than ten. `tweets` are the inner
 * objects, as `tweet` makes them, in any order.
 */
export async function writeArchive(
  path: string,
  account: ArchiveAccount,
  tweets: Tweets,
  variant: ArchiveVariant = {},
): Promise<void> {
  const files = archiveFiles(account, tweets, variant);
  if (variant.container === 'folder') return writeFolder(path, files);
  if (variant.container !== 'file') return writeZip(path, files, variant.compressionLevel);
  const [first] = files.filter((file) => /tweets?\.js$/.test(file.path));
  if (first !== undefined) await writeContent(path, first.content);
}

/** The files of an archive, in an order that is hard for a reader: the account's files follow the tweets. */
export function archiveFiles(
  account: ArchiveAccount,
  tweets: Tweets,
  variant: ArchiveVariant,
): ArchiveFile[] {
  const name = variant.name ?? 'tweets';
  const source = iterate(tweets);
  const sizes = [...(variant.partSizes ?? []), Number.POSITIVE_INFINITY];
  const key = variant.bare ? null : 'tweet';
  const parts = sizes.map((size, part) => ({
    path: part === 0 ? `${name}.js` : `${name}-part${part}.js`,
    content: listFile(`window.YTD.${name}.part${part}`, key, take(source, size)),
  }));
  const list = (type: string, wrapper: string, records: readonly object[]): ArchiveFile => ({
    path: `${type.replaceAll('_', '-')}.js`,
    content: listFile(`window.YTD.${type}.part0`, wrapper, iterate(records)),
  });
  const files: ArchiveFile[] = [
    ...parts,
    ...(variant.identified === false ? [] : identityFiles(account, variant)),
    ...(variant.notes ? [list('note_tweet', 'noteTweet', variant.notes)] : []),
    ...(variant.communityTweets ? [list('community_tweet', 'tweet', variant.communityTweets)] : []),
    ...(variant.deletedTweets ? [list('deleted_tweets', 'tweet', variant.deletedTweets)] : []),
    ...(variant.others ?? []),
  ];
  const folder = (variant.wrappedIn ? `${variant.wrappedIn}/` : '') + (variant.bare ? '' : 'data/');
  const placed = files.map((file) => ({ ...file, path: folder + file.path }));
  const shadows = variant.wrappedIn
    ? placed.map((file) => ({
        path: `__MACOSX/${file.path.replace(/[^/]+$/, '._$&')}`,
        content: Buffer.from([0, 5, 22, 7]),
      }))
    : [];
  return [...shadows, ...placed];
}

function identityFiles(account: ArchiveAccount, variant: ArchiveVariant): ArchiveFile[] {
  const identity = {
    email: privateMark,
    createdVia: 'web',
    username: account.handle,
    accountId: account.id,
    createdAt: account.joinedAt.toISOString(),
    accountDisplayName: account.displayName,
  };
  const profile = {
    description: { bio: 'Birds &amp; bees', website: '', location: '' },
    avatarMediaUrl: 'https://pbs.twimg.com/profile_images/1/a.jpg',
  };
  const files = [
    // One file has a byte order mark, one has a semicolon: people edit these files.
    { path: 'account.js', content: `\uFEFFwindow.YTD.account.part0 = ${pretty([{ account: identity }])};` },
    { path: 'profile.js', content: `window.YTD.profile.part0 = ${pretty([{ profile }])}` },
  ];
  if (variant.bare || variant.generatedAt === null) return files;
  return [
    ...files,
    { path: 'manifest.js', content: `window.__THAR_CONFIG = ${pretty(manifest(account, variant))}` },
  ];
}

function manifest(account: ArchiveAccount, variant: ArchiveVariant): object {
  const type = (fileName: string, count: number) => ({
    files: [{ fileName: `data/${fileName}.js`, globalName: `YTD.${fileName}.part0`, count: String(count) }],
  });
  return {
    userInfo: { accountId: account.id, userName: account.handle, displayName: account.displayName },
    archiveInfo: {
      sizeBytes: '1',
      generationDate: (variant.generatedAt ?? new Date('2024-06-01T00:00:00.000Z')).toISOString(),
      isPartialArchive: variant.partial ?? false,
      maxPartSizeBytes: '53687091200',
    },
    dataTypes: {
      follower: type('follower', variant.followers ?? 12),
      following: type('following', variant.following ?? 7),
      tweets: type('tweets', 3),
    },
  };
}

/** A text in every private part of the archive; tests check that it does not appear elsewhere. */
export const privateMark = 'private-words-of-nobody@example.org';

/** Private files, which must not be opened. */
export const privateFiles: readonly ArchiveFile[] = [
  'direct-messages.js',
  'ip-audit.js',
  'email-address-change.js',
  'phone-number.js',
].map((path) => ({ path, content: `window.YTD.private.part0 = [ { "text" : "${privateMark}" } ]` }));

/** An archive in the format of 2012 to 2018: one file per month; tweets have `text`, numeric ids, no counts. */
export function grailbirdFiles(
  account: ArchiveAccount,
  months: Readonly<Record<string, readonly object[]>>,
): ArchiveFile[] {
  const details = {
    screen_name: account.handle,
    full_name: account.displayName,
    bio: 'Old &amp; wise',
    id: account.id,
    created_at: numericDate(account.joinedAt),
  };
  const payload = { tweets: 2, created_at: '2018-09-27 23:37:31 +0000', lang: 'en' };
  return [
    { path: 'tweets.csv', content: 'tweet_id\n' },
    { path: 'data/js/user_details.js', content: `var user_details =  ${pretty(details)}` },
    { path: 'data/js/payload_details.js', content: `var payload_details =  ${pretty(payload)}` },
    { path: 'data/js/tweet_index.js', content: 'var tweet_index =  [ ]' },
    ...Object.entries(months).map(([month, tweets]) => ({
      path: `data/js/tweets/${month}.js`,
      content: `Grailbird.data.tweets_${month} = \n ${pretty(tweets)}`,
    })),
  ];
}

/** The relevant fields of a tweet; the rest has usual values. `more` replaces whole keys. */
export type TweetSketch = {
  readonly at: Date | number;
  readonly text: string;
  /** Default: X's id for that time. */
  readonly id?: string;
  readonly likes?: number;
  readonly reposts?: number;
  readonly more?: object;
};

/** A tweet in the format of `tweets.js`: numbers are strings, dates English. */
export function tweet(sketch: TweetSketch): Record<string, unknown> {
  const at = new Date(sketch.at);
  const id = sketch.id ?? idAt(at.getTime());
  return {
    edit_info: { initial: { editTweetIds: [id], editsRemaining: '5', isEditEligible: false } },
    retweeted: false,
    source: '<a href="https://mobile.twitter.com" rel="nofollow">Twitter Web App</a>',
    entities: { hashtags: [], symbols: [], user_mentions: [], urls: [] },
    display_text_range: ['0', String([...sketch.text].length)],
    favorite_count: String(sketch.likes ?? 0),
    id_str: id,
    truncated: false,
    retweet_count: String(sketch.reposts ?? 0),
    id,
    created_at: englishDate(at),
    favorited: false,
    full_text: sketch.text,
    lang: 'en',
    ...sketch.more,
  };
}

/** A long post's record in `note-tweet.js`; it does not name its tweet. */
export function note(at: number, text: string, lists: object = {}): object {
  return {
    noteTweetId: idAt(at),
    createdAt: new Date(at).toISOString(),
    updatedAt: new Date(at).toISOString(),
    lifecycle: { value: '0', name: 'Initialized', originalName: 'Initialized', annotations: {} },
    core: { text, styletags: [], urls: [], mentions: [], hashtags: [], cashtags: [], ...lists },
  };
}

/** X's id for an instant; `sequence` distinguishes ids of one millisecond. */
export function idAt(instant: number, sequence = 0): string {
  return ((BigInt(Math.floor(instant) - 1_288_834_974_657) << 22n) + BigInt(sequence)).toString();
}

/** `Sat Feb 18 12:33:11 +0000 2023` */
export function englishDate(at: Date): string {
  const [weekday, day, month, year, time] = at.toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${day} ${time} +0000 ${year}`;
}

/** `2015-01-24 02:02:37 +0000` */
export function numericDate(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} +0000`;
}

/** JSON with X's spacing: ` : `. */
export function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(/^(\s*"(?:[^"\\]|\\.)*"):/gm, '$1 :');
}

async function* listFile(
  name: string,
  key: string | null,
  records: AsyncIterable<object>,
): AsyncGenerator<string> {
  yield `${name} = [`;
  let block = '';
  let separator = '\n';
  for await (const record of records) {
    block += separator + pretty(key === null ? record : { [key]: record });
    separator = ',\n';
    if (block.length < 256 * 1024) continue;
    yield block;
    block = '';
  }
  yield `${block}\n]`;
}

function iterate(tweets: Tweets): AsyncIterator<object> & AsyncIterable<object> {
  return (async function* () {
    yield* tweets;
  })();
}

async function* take(source: AsyncIterator<object>, count: number): AsyncGenerator<object> {
  for (let taken = 0; taken < count; taken++) {
    const next = await source.next();
    if (next.done) return;
    yield next.value;
  }
}

/** Writes a zip, entry by entry. */
export async function writeZip(
  path: string,
  files: readonly ArchiveFile[],
  compressionLevel = 6,
): Promise<void> {
  const zip = new yazl.ZipFile();
  for (const { path: name, content } of files) {
    const options = { compressionLevel, mtime: new Date('2024-06-01') };
    if (typeof content === 'string' || Buffer.isBuffer(content))
      zip.addBuffer(Buffer.from(content), name, options);
    else
      zip.addReadStreamLazy(name, options, (give) =>
        give(null, Readable.from(content, { objectMode: false })),
      );
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
}

/** Writes a folder; files whose path ends in `.gz` are gzipped. */
export async function writeFolder(path: string, files: readonly ArchiveFile[]): Promise<void> {
  for (const file of files) await writeContent(join(path, file.path), file.content);
}

async function writeContent(path: string, content: ArchiveFile['content']): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  if (typeof content !== 'string' && !Buffer.isBuffer(content)) {
    await pipeline(Readable.from(content), createWriteStream(path));
  } else {
    await writeFile(path, path.endsWith('.gz') ? gzipSync(content) : content);
  }
}
