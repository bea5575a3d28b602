import { mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Archive, openArchive } from '../../../../src/providers/x-archive/provider.ts';
import { parseRaw } from '../../../../src/providers/x-archive/raw.ts';
import { openSource } from '../../../../src/providers/x-archive/open-source.ts';
import { defaultUnpackLimits } from '../../../../src/providers/x-archive/unpack-limits.ts';
import { BadInputError } from '../../../../src/shared/errors.ts';
import type { NormalisedPost } from '../../../../src/shared/post.ts';
import {
  type ArchiveFile,
  type ArchiveVariant,
  archiveFiles,
  grailbirdFiles,
  idAt,
  note,
  numericDate,
  privateFiles,
  privateMark,
  tweet,
  writeArchive,
  writeFolder,
  writeZip,
} from '../../../support/x-archive.ts';

const ada = {
  id: '4242',
  handle: 'ada',
  displayName: 'Ada &amp; Co',
  joinedAt: new Date('2009-01-02T03:04:05Z'),
};
const hour = 3_600_000;
const start = Date.UTC(2023, 0, 31, 20);
/** Ten tweets around the end of a month, in no order. */
const ten = [7, 2, 9, 0, 4, 1, 8, 3, 6, 5].map((number) =>
  tweet({ at: start + number * hour, text: `number ${number}`, likes: number, reposts: 1 }),
);

let folder: string;
let made = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larkstat-archive-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const place = (name: string) => join(folder, `${++made}-${name}`);

async function open(
  path: string,
  options: { handle?: string; pageSize?: number; ratioMax?: number; total?: number; members?: number } = {},
) {
  return openArchive({
    path,
    handle: options.handle ?? null,
    spoolFolder: place('spool'),
    pageSize: options.pageSize ?? 5_000,
    limits: {
      ratioMax: options.ratioMax ?? 1_000,
      freeBytes: 0,
      totalBytesMax: options.total ?? 1e12,
      membersMax: options.members ?? 1e7,
      wantedMax: 50,
    },
  });
}

async function written(variant: ArchiveVariant, tweets: readonly object[] = ten): Promise<string> {
  const path = place(variant.container === 'file' ? 'tweets.js' : 'archive');
  await writeArchive(path, ada, tweets, variant);
  return path;
}

async function postsOf(archive: Archive): Promise<NormalisedPost[]> {
  const posts: NormalisedPost[] = [];
  for await (const page of archive.pages(null)) posts.push(...page.posts.map((tweet) => archive.read(tweet)));
  return posts;
}

async function refusal(opening: Promise<unknown>): Promise<string> {
  const error = await opening.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BadInputError);
  return (error as BadInputError).message;
}

const inOrder = Array.from({ length: 10 }, (_, number) => `number ${number}`);

describe('every container of an archive', () => {
  test.each<[string, ArchiveVariant]>([
    ['a zip', {}],
    ['a zip without compression', { compressionLevel: 0 }],
    ['a zip of several parts', { partSizes: [3, 3] }],
    ['a zip that wraps it in a folder beside __MACOSX', { wrappedIn: 'twitter-2023' }],
    ['the names of before 2022', { name: 'tweet' }],
    ['the bare files of before 2019', { name: 'tweet', bare: true }],
    ['an unpacked folder', { container: 'folder' }],
    ['an unpacked folder of bare files', { container: 'folder', bare: true }],
  ])('%s gives all posts, oldest first', async (_, variant) => {
    const archive = await open(await written(variant));
    const posts = await postsOf(archive);
    expect(posts.map((post) => post.text)).toEqual(inOrder);
    expect(archive.total).toBe(10);
    expect(archive.rejectedCount).toBe(0);
    expect(archive.account).toMatchObject({ platformId: '4242', handle: 'ada', displayName: 'Ada & Co' });
    expect(posts[3]?.author).toMatchObject({ platformId: '4242', handle: 'ada' });
  });

  test('tweets.js alone needs a handle and then gives the same posts', async () => {
    const path = await written({ container: 'file' });
    expect(await refusal(open(path))).toMatch(/give the handle/);
    const archive = await open(path, { handle: '@Ada' });
    expect((await postsOf(archive)).map((post) => post.text)).toEqual(inOrder);
    expect(archive.account).toMatchObject({ platformId: null, handle: 'Ada', observedAt: start + 9 * hour });
  });

  test('gzipped files are read alone and inside a folder', async () => {
    const plain = await readFile(await written({ container: 'file' }));
    const alone = place('tweets.js.gz');
    await writeFile(alone, gzipSync(plain));
    expect((await open(alone, { handle: 'ada' })).total).toBe(10);

    const unpacked = await written({ container: 'folder' });
    await writeFile(join(unpacked, 'data', 'tweets.js.gz'), gzipSync(plain));
    expect((await open(unpacked)).total).toBe(10);
    await rm(join(unpacked, 'data', 'tweets.js'));
    expect((await open(unpacked)).total).toBe(10);
  });

  test.each([
    ['a byte order mark', (text: string) => `\uFEFF${text}`],
    ['a semicolon and a line break', (text: string) => `${text};\n`],
    ['no assignment', (text: string) => text.slice(text.indexOf('['))],
  ])('%s around the list does not matter', async (_, edit) => {
    const path = await written({ container: 'file' });
    await writeFile(path, edit(await readFile(path, 'utf8')));
    expect((await open(path, { handle: 'ada' })).total).toBe(10);
  });

  test('an archive of 2015 has no counts, both forms of dates and posts by others', async () => {
    const old = (text: string, at: Date, more: object = {}) => ({
      source: 'web',
      entities: { user_mentions: [], media: [], hashtags: [], urls: [] },
      id_str: '793234822323965952',
      id: 793234822323966000,
      text,
      created_at: numericDate(at),
      user: { id_str: '4242', id: 4242, screen_name: 'ada', name: 'Ada' },
      ...more,
    });
    const path = place('grailbird.zip');
    const months = {
      '2015_01': [
        old('RT @bob: hi', new Date('2015-01-24T02:02:37Z'), {
          id_str: '558807954414149632',
          retweet_count: 4000,
          retweeted_status: { id_str: '558807954414149000', user: { screen_name: 'bob' } },
        }),
      ],
      '2016_10': [
        old('plain', new Date('2016-10-31T23:34:53Z'), { created_at: 'Mon Oct 31 23:34:53 +0000 2016' }),
      ],
      '2016_11': [
        old('of nobody', new Date('2016-11-01T00:00:00Z'), {
          user: { id_str: '7' },
          id_str: '793240000000000000',
        }),
        old('@ada hi', new Date('2016-11-01T00:30:00Z'), {
          user: {
            id_str: '7',
            screen_name: 'bob',
            name: 'Bob &amp; Co',
            profile_image_url_https: 'https://pbs.twimg.com/profile_images/7/b.jpg',
          },
          id_str: '793248000000000000',
          in_reply_to_user_id_str: '4242',
          favorite_count: 5,
        }),
      ],
    };
    await writeZip(path, grailbirdFiles(ada, months));
    const archive = await open(path);
    const posts = await postsOf(archive);
    const [repost, plain, another] = posts;
    expect(archive).toMatchObject({ total: 3, rejectedCount: 1 });
    expect(another).toMatchObject({
      own: false,
      author: {
        platformId: '7',
        handle: 'bob',
        displayName: 'Bob & Co',
        avatarUrl: 'https://pbs.twimg.com/profile_images/7/b.jpg',
      },
      kind: 'REPLY',
      replyTo: { authorId: '4242', handle: 'ada' },
      metrics: { likes: 5 },
    });
    for (const post of posts) {
      const raw = String(post.raw);
      expect(parseRaw(raw, archive.account)).toEqual({ ...post, raw });
    }
    expect(archive.account).toMatchObject({ handle: 'ada', description: 'Old & wise', reportedPosts: 2 });
    expect(archive.account.observedAt).toBe(Date.parse('2018-09-27T23:37:31Z'));
    expect(repost).toMatchObject({
      kind: 'REPOST',
      repostOf: { handle: 'bob', postId: '558807954414149000' },
    });
    expect(repost?.metrics.reposts).toBeNull();
    expect(plain).toMatchObject({
      own: true,
      author: { handle: 'ada' },
      platformId: '793234822323965952',
      text: 'plain',
      language: undefined,
    });
    expect(plain?.metrics).toMatchObject({ likes: null, reposts: null });
    expect(archive.rejected).toEqual([
      expect.objectContaining({
        where: 'data/js/tweets/2016_11.js[0]',
        reason: expect.stringContaining('account 7'),
      }),
    ]);
  });
});

describe('how its files are written', () => {
  const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');
  const encodings: Readonly<Record<string, (text: string) => Buffer>> = {
    'UTF-16LE': utf16,
    'UTF-16BE': (text) => utf16(text).swap16(),
  };
  const accented = [tweet({ at: start, text: 'café crème 😀' })];

  /** The files of an archive in another encoding. */
  async function encoded(encode: (text: string) => Buffer, only = /\.js$/): Promise<ArchiveFile[]> {
    const files = archiveFiles(ada, accented, {});
    return Promise.all(
      files.map(async (file) => {
        let text = '';
        const { content } = file;
        if (typeof content === 'string' || Buffer.isBuffer(content)) text = content.toString();
        else for await (const part of content) text += part;
        return {
          path: file.path,
          content: only.test(file.path) ? encode(text.replace(/^\uFEFF/, '')) : text,
        };
      }),
    );
  }

  test.each(Object.entries(encodings))(
    'an archive in %s is read, however it is packed',
    async (_, encode) => {
      const files = await encoded(encode);
      const [zip, folder, gzipped] = [place('archive.zip'), place('folder'), place('gzipped')];
      await writeZip(zip, files);
      await writeFolder(folder, files);
      await writeFolder(
        gzipped,
        files.map((file) => ({ ...file, path: `${file.path}.gz` })),
      );
      for (const path of [zip, folder, gzipped]) {
        const archive = await open(path);
        expect(archive.account).toMatchObject({ handle: 'ada', displayName: 'Ada & Co' });
        expect((await postsOf(archive)).map(({ text }) => text)).toEqual(['café crème 😀']);
      }
      const tweets = join(folder, 'data/tweets.js');
      await writeFile(`${tweets}.gz`, gzipSync(await readFile(tweets)));
      for (const path of [tweets, `${tweets}.gz`]) {
        expect((await postsOf(await open(path, { handle: 'ada' })))[0]?.text).toBe('café crème 😀');
      }
    },
  );

  test.each(['tweets', 'account', 'profile', 'manifest'])(
    'a %s.js in Windows-1252 is refused',
    async (name) => {
      const path = place('archive.zip');
      const latin1 = (text: string) => Buffer.from(`${text.replace(/\]?;?$/, '')}"café"]`, 'latin1');
      await writeZip(path, await encoded(latin1, new RegExp(`/${name}\\.js$`)));
      expect(await refusal(open(path))).toMatch(
        new RegExp(
          `${name}.js is not text in UTF-8: the byte 0xE9 at position \\d+ .*iconv -f WINDOWS-1252 -t UTF-8`,
        ),
      );
    },
  );

  test('a month of the format of before 2019 is read in UTF-16, and refused in Windows-1252', async () => {
    const old = { id: 1, id_str: idAt(start), created_at: numericDate(new Date(start)), text: 'café' };
    const files = grailbirdFiles(ada, { '2023_01': [old] });
    const inEncoding = (encoding: 'utf16le' | 'latin1') =>
      files.map(({ path, content }) => {
        const mark = encoding === 'utf16le' ? '\uFEFF' : '';
        return { path, content: Buffer.from(`${mark}${String(content)}`, encoding) };
      });
    const [read, refused] = [place('read'), place('refused')];
    await writeFolder(read, inEncoding('utf16le'));
    await writeFolder(refused, inEncoding('latin1'));
    expect((await postsOf(await open(read)))[0]?.text).toBe('café');
    expect(await refusal(open(refused))).toMatch('data/js/tweets/2023_01.js is not text in UTF-8');
  });

  test.each(['module.exports = ', 'exports=', 'export default ', '\uFEFFexport  default\n'])(
    'a list of tweets after %j is read',
    async (prefix) => {
      const path = place('mine.js');
      const list = JSON.stringify(ten.map((one) => ({ tweet: one })));
      await writeFile(path, `${prefix}${list};\n`);
      expect((await open(path, { handle: 'ada' })).total).toBe(10);
      const folder = place('archive');
      await writeArchive(folder, ada, [], { container: 'folder' });
      await writeFile(join(folder, 'data/tweets.js'), `${prefix}${list}`);
      expect((await open(folder)).total).toBe(10);
    },
  );

  test('account.js is read behind any name', async () => {
    const folder = place('archive');
    await writeArchive(folder, ada, ten, { container: 'folder', generatedAt: null });
    const account = { username: 'ada', accountId: '4242', avatar: 'https://a.org/?a=[b]' };
    await writeFile(join(folder, 'data/account.js'), `export default ${JSON.stringify([{ account }])}`);
    expect((await open(folder)).account.platformId).toBe('4242');
  });
});

describe('whose archive it is', () => {
  test('the profile carries what manifest and account say', async () => {
    const generatedAt = new Date('2024-05-06T07:08:09.123Z');
    const { account } = await open(await written({ generatedAt, followers: 99, following: 0 }));
    expect(account).toEqual({
      platform: 'X',
      platformId: '4242',
      handle: 'ada',
      displayName: 'Ada & Co',
      description: 'Birds & bees',
      avatarUrl: 'https://pbs.twimg.com/profile_images/1/a.jpg',
      verified: null,
      protected: null,
      joinedAt: ada.joinedAt.getTime(),
      followers: 99,
      following: 0,
      reportedPosts: 3,
      observedAt: generatedAt.getTime(),
    });
  });

  test('a partial archive has no totals', async () => {
    const { account } = await open(await written({ partial: true }));
    expect(account).toMatchObject({ followers: null, following: null, reportedPosts: null });
  });

  test('a handle that contradicts the archive is refused', async () => {
    expect(await refusal(open(await written({}), { handle: 'bob' }))).toBe(
      'The archive belongs to @ada, not to @bob.',
    );
    expect((await open(await written({}), { handle: '@ADA' })).account.handle).toBe('ada');
  });

  test('the handle of an old account has up to 20 characters', async () => {
    const handle = 'MyVeryLongLegacyName';
    const path = place('archive');
    await writeArchive(path, { ...ada, handle }, ten);
    expect((await open(path)).account.handle).toBe(handle);
    expect((await open(path, { handle: `@${handle}` })).account.handle).toBe(handle);
    expect((await open(await written({ identified: false }), { handle })).account.handle).toBe(handle);
  });

  test.each(['a b', '@', 'a_much_too_long_handle', 'ä'])('%j is refused as a handle', async (handle) => {
    expect(await refusal(open(await written({}), { handle }))).toMatch(/^Not a handle on X/);
  });

  test('parts of another account are refused', async () => {
    const path = place('mixed');
    const eve = { ...ada, id: '666', handle: 'eve' };
    await writeFolder(join(path, 'a'), archiveFiles(ada, ten, {}));
    await writeFolder(join(path, 'b'), archiveFiles(eve, [], {}));
    expect(await refusal(open(path))).toMatch(/two accounts are mixed.*@ada.*@eve/);
  });

  const unnamed = () =>
    archiveFiles({ ...ada, id: '666', handle: 'eve' }, ten.slice(0, 1), { identified: false });

  test.each<[string, () => readonly ArchiveFile[]]>([
    ['beside tweets of its own', () => archiveFiles(ada, ten.slice(4), {})],
    ['beside no tweets', () => archiveFiles(ada, [], {}).filter(({ path }) => !path.includes('tweet'))],
  ])('tweets that nobody is named for do not take the account of another folder, %s', async (_, others) => {
    const path = place('beside');
    await writeFolder(join(path, 'a'), others());
    await writeFolder(join(path, 'b'), unnamed());
    expect(await refusal(open(path))).toMatch(/^Nothing in b\/ names the account of its tweets.*--handle/);
    expect((await open(path, { handle: 'ada' })).account.handle).toBe('ada');
  });

  test('two parts of one account are one archive', async () => {
    const path = place('parts');
    await writeFolder(join(path, 'a'), archiveFiles(ada, ten.slice(0, 6), {}));
    await writeFolder(join(path, 'b'), archiveFiles(ada, ten.slice(4), {}));
    expect((await open(path)).total).toBe(10);
  });

  const eve = { ...ada, id: '666', handle: 'eve' };
  const own = tweet({ at: start, text: 'own' });
  const anothers = tweet({ at: start + hour, text: "another's" });
  /** Eve's archive, unpacked somewhere inside of Ada's. */
  const nested = (variant: ArchiveVariant, within: string) => [
    ...archiveFiles(ada, [own], variant),
    ...archiveFiles(eve, [anothers], {}).map((file) => ({ ...file, path: `${within}${file.path}` })),
  ];
  const writers = { folder: writeFolder, zip: writeZip };

  test.each<['folder' | 'zip', string, ArchiveVariant, string]>([
    ['folder', 'beside its data', {}, 'old/'],
    ['folder', 'deep inside', {}, 'data/a/b/'],
    ['folder', 'inside of bare files', { bare: true }, 'old/'],
    ['zip', 'beside its data', {}, 'old/'],
    ['zip', 'deep inside', {}, 'data/a/b/'],
    ['zip', 'in the folder that wraps it', { wrappedIn: 'twitter-2023' }, 'twitter-2023/old/'],
  ])('another archive in a %s, %s, is not taken for its own', async (container, _, variant, within) => {
    const path = place('nested');
    await writers[container](path, nested(variant, within));
    const archive = await open(path);
    expect(archive.account).toMatchObject({ handle: 'ada', platformId: '4242' });
    expect((await postsOf(archive)).map((post) => post.text)).toEqual(['own']);
  });

  test.each(['folder', 'zip'] as const)(
    'a %s without account.js does not take one found deep inside',
    async (container) => {
      const path = place('nested');
      await writers[container](path, nested({ identified: false }, 'old/'));
      expect(await refusal(open(path))).toMatch(/Nothing in it says whose tweets these are/);
      expect((await open(path, { handle: 'ada' })).account).toMatchObject({
        handle: 'ada',
        platformId: null,
      });
    },
  );

  test('an archive without tweets is valid', async () => {
    const archive = await open(await written({}, []));
    expect(archive.total).toBe(0);
    expect(await postsOf(archive)).toEqual([]);
  });
});

describe('pages', () => {
  test.each([1, 3, 4, 10, 11])(
    'of %i posts visit every post once and go on from any cursor',
    async (pageSize) => {
      const path = await written({ partSizes: [5] });
      const all = await postsOf(await open(path));
      const archive = await open(path, { pageSize });
      let seen = 0;
      for await (const page of archive.pages(null)) {
        seen += page.posts.length;
        const again = await open(path, { pageSize });
        const rest: NormalisedPost[] = [];
        for await (const later of again.pages(page.cursor))
          rest.push(...later.posts.map((tweet) => again.read(tweet)));
        expect(rest).toEqual(all.slice(seen));
        expect(page).toMatchObject({ total: 10, rejected: [] });
      }
      expect(seen).toBe(10);
    },
  );

  test('become smaller at the end, also after a cursor', async () => {
    const many = Array.from({ length: 100 }, (_, at) =>
      tweet({ at: start + at * 1_000, text: 'one of many' }),
    );
    const archive = await open(await written({}, many), { pageSize: 40 });
    const pages: { readonly cursor: string; readonly posts: number }[] = [];
    for await (const { cursor, posts } of archive.pages(null)) pages.push({ cursor, posts: posts.length });
    expect(pages.map((page) => page.posts)).toEqual([40, 30, 15, 8, 5, 2]);
    const rest: number[] = [];
    for await (const { posts } of archive.pages(pages[1]?.cursor ?? '')) rest.push(posts.length);
    expect(rest).toEqual([15, 8, 5, 2]);
  });

  test('of long tweets end early, so that memory stays flat', async () => {
    const long = Array.from({ length: 10 }, (_, at) =>
      tweet({ at: Date.UTC(2023, 0, 1 + at), text: 'x'.repeat(7 * 1024 * 1024) }),
    );
    const archive = await open(await written({}, long), { pageSize: 100 });
    const sizes: number[] = [];
    for await (const page of archive.pages(null)) sizes.push(page.posts.length);
    expect(sizes).toEqual([5, 5]);
  });

  test('a cursor of another archive is refused', async () => {
    const archive = await open(await written({}));
    expect(await refusal(archive.pages('1999-01:3').next())).toMatch(/does not belong to this archive/);
    expect(await refusal(archive.pages('2023-01:99').next())).toMatch(/does not belong to this archive/);
  });

  test('of two copies the one with more likes stays, of equal ones the last', async () => {
    const id = '1620000000000000000';
    const copy = (text: string, likes: number) => tweet({ id, at: start, text, likes });
    const path = await written({ partSizes: [1, 1] }, [copy('old', 1), copy('newer', 5), copy('newest', 5)]);
    const archive = await open(path);
    expect((await postsOf(archive)).map((post) => post.text)).toEqual(['newest']);
    expect(archive).toMatchObject({ total: 1, rejectedCount: 0 });
  });

  test('copies of one tweet with dates in different months come once', async () => {
    const id = idAt(start);
    const copies = [
      tweet({ id, at: start, text: 'as it was', likes: 3 }),
      tweet({ id, at: start + 40 * 24 * hour, text: 'with another date', likes: 1 }),
    ];
    const archive = await open(await written({}, copies));
    expect((await postsOf(archive)).map((post) => post.text)).toEqual(['as it was']);
    expect(archive).toMatchObject({ total: 1, rejectedCount: 0 });
  });

  test('of an edited tweet only the newest version stays', async () => {
    const ids = ['1620000000000000001', '1620000000000000002', '1620000000000000003'];
    const edits = ids.map((id, place) =>
      tweet({
        id,
        at: start + place,
        text: `v${place}`,
        more: { edit_info: { initial: { editTweetIds: ids } } },
      }),
    );
    const archive = await open(
      await written(
        {},
        [edits[2], edits[0], edits[1]].filter((edit) => edit !== undefined),
      ),
    );
    expect((await postsOf(archive)).map((post) => post.text)).toEqual(['v2']);
    expect(archive).toMatchObject({ total: 1, rejectedCount: 0 });
  });

  test('a month too large for memory is read from its places', async () => {
    const filler = 'x'.repeat(13_000);
    function* many() {
      for (let place = 0; place < 2_000; place++) {
        const number = (place * 7) % 2_000;
        yield tweet({ at: start + number * 1_000, text: `${number} ${filler}` });
      }
    }
    const path = place('bot.zip');
    await writeArchive(path, ada, many());
    const numbers = (await postsOf(await open(path, { pageSize: 300 }))).map((post) =>
      Number.parseInt(post.text, 10),
    );
    expect(numbers).toEqual(Array.from({ length: 2_000 }, (_, number) => number));
  });
});

describe('what is private', () => {
  test('is not read, kept or shown', async () => {
    const deleted = [tweet({ at: start, text: privateMark })];
    const path = await written({ others: privateFiles, deletedTweets: deleted, container: 'folder' });
    const spoolFolder = place('spool');
    const told: unknown[] = [];
    const archive = await openArchive(
      { path, handle: null, spoolFolder, pageSize: 10 },
      { onProgress: (...progress) => told.push(progress) },
    );
    const { pages, ...facts } = archive;
    expect(JSON.stringify([facts, told, await postsOf(archive)])).not.toContain(privateMark);
    for (const name of await readdir(spoolFolder, { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue;
      expect(await readFile(join(name.parentPath, name.name), 'latin1')).not.toContain(privateMark);
    }
    expect(pages).toBeTypeOf('function');
  });

  test('deleted tweets are refused when given alone', async () => {
    const path = place('deleted-tweets.js');
    await writeFile(path, 'window.YTD.deleted_tweets.part0 = [ ]');
    expect(await refusal(open(path, { handle: 'ada' }))).toMatch(/has other contents/);
  });

  test('links out of a folder are not followed', async () => {
    const elsewhere = await written({ container: 'file' });
    const path = place('linked');
    await writeFolder(path, archiveFiles(ada, [], {}));
    await rm(join(path, 'data/tweets.js'));
    await symlink(elsewhere, join(path, 'data/tweets.js'));
    expect(await refusal(open(path))).toMatch(/holds no tweets/);
  });
});

describe('what is broken', () => {
  const good = JSON.stringify({ tweet: ten[0] });

  test('a broken tweet among good ones is left out and named', async () => {
    const broken = [
      JSON.stringify({ tweet: { ...ten[1], id: undefined, id_str: undefined } }),
      JSON.stringify({ tweet: { ...ten[1], created_at: 'Sat Feb 31 12:33:11 +0000 2023' } }),
      '{"tweet":{"id_str":"1",}}',
      'null',
      '{"tweet":{"full_text":"no end\n}}',
    ];
    const path = place('tweets.js');
    await writeFile(path, `window.YTD.tweets.part0 = [${[...broken, good].join(',')}]`);
    const archive = await open(path, { handle: 'ada' });
    expect(await postsOf(archive)).toHaveLength(1);
    expect(archive.rejectedCount).toBe(5);
    expect(archive.rejected.map(({ reason }) => reason)).toEqual([
      'it has no id (or only one rounded as a number)',
      expect.stringMatching(/^tweet \d+ has no readable date$/),
      'it is not a JSON object',
      'it is not a JSON object',
      'a string in it does not end',
    ]);
    expect(archive.rejected[4]?.where).toMatch(/tweets\.js\[4\]$/);
  });

  test('only the first hundred rejections are kept, all are counted', async () => {
    const path = place('tweets.js');
    await writeFile(path, `window.YTD.tweets.part0 = [${Array(250).fill('{}').join(',')},${good}]`);
    const archive = await open(path, { handle: 'ada' });
    expect(archive.rejected).toHaveLength(100);
    expect(archive).toMatchObject({ rejectedCount: 250, total: 1 });
  });

  test.each([
    [
      'cut within a record',
      `window.YTD.tweets.part0 = [${good},${good.slice(0, 90)}`,
      /is incomplete: it ends within record 1/,
    ],
    ['cut between records', `window.YTD.tweets.part0 = [${good},`, /is incomplete: it ends after 1 records/],
    ['cut before the list', 'window.YTD.tweets.part0 =', /neither a zip nor a tweets\.js/],
    ['not JSON', 'window.YTD.tweets.part0 = [ hello, world ]', /None of the 2 records/],
    ['an HTML page', '<!doctype html><p>[1]</p>', /neither a zip nor a tweets\.js/],
    ['likes', 'window.YTD.like.part0 = [ ]', /has other contents: it begins with "window\.YTD\.like/],
    [
      'two lists',
      `window.YTD.tweets.part0 = [${good}] window.YTD.tweets.part1 = [${good}]`,
      /goes on after the end/,
    ],
  ])('a tweets.js that is %s is refused', async (_, content, message) => {
    const path = place('tweets.js');
    await writeFile(path, content);
    expect(await refusal(open(path, { handle: 'ada' }))).toMatch(message);
  });

  test('an empty file and a missing one are refused', async () => {
    const path = place('empty.zip');
    await writeFile(path, '');
    expect(await refusal(open(path))).toMatch(/is empty/);
    expect(await refusal(open(`${path}-not`))).toMatch(/There is no file or folder/);
  });

  test('a zip of something else is refused with what was looked for', async () => {
    const path = place('else.zip');
    await writeZip(path, [{ path: 'photo.txt', content: 'x' }]);
    expect(await refusal(open(path))).toMatch(/looked for data\/tweets\.js/);
  });

  test.each([0.3, 0.9, 0.999])('a zip cut at %f of its length is refused', async (share) => {
    const path = await written({});
    await truncate(path, Math.floor((await readFile(path)).length * share));
    expect(await refusal(open(path))).toMatch(/not a complete zip/);
  });

  test('a part cut within a record inside a whole zip is refused', async () => {
    const path = place('cut.zip');
    const files = archiveFiles(ada, ten, {
      others: [{ path: 'tweets-part1.js', content: `window.YTD.tweets.part1 = [${good.slice(0, 50)}` }],
    });
    await writeZip(path, files);
    expect(await refusal(open(path))).toMatch(/tweets-part1\.js is incomplete/);
  });

  test('a zip with a flipped bit is refused', async () => {
    const path = await written({ compressionLevel: 0 });
    const bytes = await readFile(path);
    const at = bytes.indexOf('number 4');
    bytes[at] = (bytes[at] ?? 0) ^ 2;
    await writeFile(path, bytes);
    expect(await refusal(open(path))).toMatch(/checksum/);
  });

  test('an encrypted zip is refused', async () => {
    const path = await written({});
    const bytes = await readFile(path);
    for (
      let at = bytes.indexOf('PK\x01\x02', 0, 'latin1');
      at !== -1;
      at = bytes.indexOf('PK\x01\x02', at + 1, 'latin1')
    ) {
      bytes[at + 8] = (bytes[at + 8] ?? 0) | 1;
    }
    await writeFile(path, bytes);
    expect(await refusal(open(path))).toMatch(/is encrypted/);
  });

  test('a zip whose names lead out of it is refused', async () => {
    const path = place('slip.zip');
    await writeZip(path, [...archiveFiles(ada, ten, {}), { path: 'xx/evil.js', content: 'x' }]);
    const bytes = Buffer.from(
      (await readFile(path)).toString('latin1').replaceAll('xx/evil.js', '../evil.js'),
      'latin1',
    );
    await writeFile(path, bytes);
    expect(await refusal(open(path))).toMatch(/\.\.\/evil\.js/);
  });

  test('a zip bomb is refused by its ratio', async () => {
    const bomb = { path: 'tweets-part1.js', content: Buffer.alloc(5_000_000, 32) };
    const path = await written({ others: [bomb] });
    expect(await refusal(open(path, { ratioMax: 200 }))).toMatch(/zip bomb/);
  });

  test('a zip of too many files is refused, and so is one of too many that could be tweets', async () => {
    expect(await refusal(open(await written({}), { members: 2 }))).toMatch(/Too many files in .* 2 allowed/);
    const others = Array.from({ length: 50 }, (_, at) => ({ path: `${at}/tweets.js`, content: '[]' }));
    expect(await refusal(open(await written({ others })))).toMatch(
      /Too many files of tweets in .* 50 allowed/,
    );
  });

  test('what is unpacked can be read by its owner only', async () => {
    const spoolFolder = join(place('data'), 'spool');
    const path = await written({ notes: [note(start, 'a long post')] });
    await openArchive({ path, handle: null, spoolFolder, pageSize: 5_000 });
    const made = await readdir(spoolFolder, { recursive: true, withFileTypes: true });
    const modes = await Promise.all(
      made.map(async (entry) => {
        const { mode } = await stat(join(entry.parentPath, entry.name));
        return `${entry.isDirectory() ? 'folder' : 'file'} ${(mode & 0o777).toString(8)}`;
      }),
    );
    expect(new Set(modes)).toEqual(new Set(['folder 700', 'file 600']));
    expect(made.map((entry) => entry.name).sort()).toEqual(['notes.data', 'runs', 'tweets']);
    expect((await stat(spoolFolder)).mode & 0o777).toBe(0o700);
  });

  test('the files of a zip that nobody wants are counted, not kept', async () => {
    const path = place('media.zip');
    const media = Array.from({ length: 200 }, (_, at) => ({ path: `tweets_media/${at}.jpg`, content: '' }));
    await writeZip(path, [{ path: 'data/tweets.js', content: '[]' }, ...media]);
    const source = await openSource(path, { limits: defaultUnpackLimits });
    expect({ files: source.files.map((file) => file.path), count: source.count }).toEqual({
      files: ['data/tweets.js'],
      count: 201,
    });
    await source.close();
  });

  test('a zip that unpacks to more than it declares is refused', async () => {
    const path = await written({});
    const bytes = await readFile(path);
    const name = bytes.lastIndexOf('data/tweets.js');
    bytes.writeUInt32LE(500, name - 46 + 24);
    await writeFile(path, bytes);
    expect(await refusal(open(path))).toMatch(/more than the 500 bytes/);
  });

  test('more bytes than the limit are refused', async () => {
    expect(await refusal(open(await written({}), { total: 1_000 }))).toMatch(/1000 are allowed/);
  });

  test('a gzip bomb and a cut gzip are refused', async () => {
    const bomb = place('tweets.js.gz');
    await writeFile(bomb, gzipSync(`[${' '.repeat(5_000_000)}]`));
    expect(await refusal(open(bomb, { handle: 'ada', ratioMax: 100 }))).toMatch(/bomb/);
    const cut = place('tweets.js.gz');
    const whole = gzipSync(await readFile(await written({ container: 'file' })));
    await writeFile(cut, whole.subarray(0, whole.length - 20));
    expect(await refusal(open(cut, { handle: 'ada' }))).toMatch(/is damaged/);
  });
});

test('an abort stops the opening and the pages', async () => {
  const path = await written({});
  const signal = AbortSignal.abort();
  const options = { path, handle: null, spoolFolder: place('spool'), pageSize: 1 };
  await expect(openArchive(options, { signal })).rejects.toThrow(/abort/i);
  const archive = await openArchive(options);
  await expect(archive.pages(null, signal).next()).rejects.toThrow(/abort/i);
});

test('progress has the bytes that were read, and all', async () => {
  const told: [number, number | null][] = [];
  const options = {
    path: await written({ partSizes: [5] }),
    handle: null,
    spoolFolder: place('spool'),
    pageSize: 1,
  };
  await openArchive(options, { onProgress: (_, read, total) => told.push([read, total]) });
  const [read, total] = told.at(-1) ?? [];
  expect(read).toBe(total);
});
