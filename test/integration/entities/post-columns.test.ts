import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, aPost, observed, plainChat, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const statements: string[] = [];
const db = await openStore({ onStatement: (text) => statements.push(text) });
const app = openApp(db);
const account = anAccount();
const channel = anAccount({ platform: 'TWITCH' });
const hour = 3_600_000;
const start = Date.UTC(2025, 0, 1);

/** Every field of a post, and of its metrics, so that each column is read by one. */
const metrics = [
  'observedAt',
  'likes',
  'reposts',
  'replies',
  'quotes',
  'bookmarks',
  'engagement',
  'impressions',
  'impressionsEstimated',
];
const fields = [
  'id',
  'platform',
  'platformId',
  'url',
  'author { id handle displayName avatarUrl }',
  'stream { id }',
  'kind',
  'text',
  'createdAt',
  'hourKnown',
  'language',
  'hashtags',
  'mentions',
  'urls',
  'media { kind url alt }',
  'emotes { name }',
  'badges',
  'bits',
  'sentiment { score label }',
  'depth',
  'provider',
  'collectedAt',
  'parent { id text }',
  'quoted { id text }',
  'reposted { id text }',
  `history { ${metrics.join(' ')} }`,
];
const everything = `${fields.join(' ')} metrics { ${metrics.join(' ')} }`;
const nameOf = (field: string) => field.split(' ', 1)[0] as string;

beforeAll(async () => {
  const ids: string[] = [];
  const posts = Array.from({ length: 12 }, (_, at) => {
    const before = ids.at(-1) ?? null;
    const post = aPost(account, {
      kind: (['ORIGINAL', 'REPLY', 'QUOTE', 'REPOST'] as const)[at % 4] ?? 'ORIGINAL',
      replyTo: at % 4 === 1 ? { postId: before, authorId: null, handle: account.handle } : null,
      quoteOf: at % 4 === 2 ? before : null,
      repostOf: at % 4 === 3 ? { handle: account.handle, postId: before } : null,
      createdAt: start + at * hour,
      hourUnknown: at === 0,
      language: at % 3 === 0 ? null : 'en',
      metrics: {
        likes: at,
        reposts: at % 5,
        replies: at % 2 === 0 ? null : at,
        quotes: 1,
        bookmarks: 2,
        impressions: at % 3 === 0 ? null : 100 * at,
      },
      hashtags: at % 2 === 0 ? [] : [`tag${at}`],
      mentions: [`friend${at}`],
      urls: [`https://example.org/${at}`],
      media: at % 5 === 0 ? [{ kind: 'PHOTO', url: `https://e.org/${at}`, previewUrl: null, alt: 'a' }] : [],
      sentiment: at % 4 === 0 ? null : at / 100,
    });
    ids.push(post.platformId);
    return post;
  });
  await savePosts(db, account, posts);
  const later = posts.map((post) => ({
    ...post,
    observedAt: observed + hour,
    metrics: { ...post.metrics, likes: (post.metrics.likes ?? 0) + 7 },
  }));
  await savePosts(db, account, later, { provider: 'X_API', collectedAt: observed + hour });
  const messages = Array.from({ length: 6 }, (_, at) =>
    aPost(channel, {
      platformId: randomUUID(),
      kind: 'MESSAGE',
      createdAt: start + at * hour,
      chat: {
        ...plainChat,
        emotes: at % 2 === 0 ? [{ name: 'Kappa', imageUrl: null }] : [],
        badges: [`subscriber/${at}`],
        bits: at,
      },
    }),
  );
  await savePosts(db, channel, messages, { provider: 'TWITCH_IRC' });
});

const streams = [`account(handle: "${account.handle}")`, `channel(login: "${channel.handle}")`] as const;

/** How a client selects the nodes of a page. */
const shapes: readonly ((inner: string) => string)[] = [
  (inner) => `nodes { ${inner} }`,
  (inner) => `edges { node { ${inner} } }`,
  (inner) => `nodes { ... on Post { ${inner} } }`,
  (inner) => `nodes { __typename ... @include(if: true) { ${inner} } }`,
  (inner) =>
    `edges { ...Some } } } } fragment Some on PostEdge { node { ...All } } fragment All on Post { ${inner}`,
];

type Page = { nodes?: object[]; edges?: { node: object }[] };
const nodesOf = ({ nodes, edges }: Page) => nodes ?? edges?.map(({ node }) => node) ?? [];

const orders = fc.constantFrom('NEWEST', 'OLDEST', 'LIKES', 'IMPRESSIONS', 'ENGAGEMENT');
const selected = fc.record({
  fields: fc.subarray(fields),
  metrics: fc.subarray(metrics, { minLength: 1 }),
});
type Selected = { readonly fields: readonly string[]; readonly metrics: readonly string[] };
const textOf = ({ fields, metrics }: Selected) => `${fields.join(' ')} metrics { ${metrics.join(' ')} }`;

/** The parts of whole posts that a selection asks for. */
const partsOf = (whole: readonly Record<string, unknown>[], { fields, metrics }: Selected) =>
  whole.map((post) => ({
    ...Object.fromEntries(fields.map((field) => [nameOf(field), post[nameOf(field)]])),
    metrics: Object.fromEntries(
      metrics.map((name) => [name, (post.metrics as Record<string, unknown>)[name]]),
    ),
  }));

test.each(streams)('a page of %s has the same values, whichever fields are selected', async (stream) => {
  await fc.assert(
    fc.asyncProperty(selected, orders, fc.nat(shapes.length - 1), async (some, order, at) => {
      const page = `posts(first: 20, orderBy: ${order})`;
      const whole = await ask(app, `{ stream: ${stream} { ${page} { nodes { ${everything} } } } }`);
      const inner = shapes[at]?.(textOf(some)) ?? '';
      const end = inner.includes('fragment') ? '}' : '} } }';
      const { data, errors } = await ask(app, `{ stream: ${stream} { ${page} { ${inner} ${end}`);
      expect(errors).toBeUndefined();
      const found = nodesOf(data.stream.posts).map(
        ({ __typename, ...post }: { __typename?: string }) => post,
      );
      expect(found).not.toEqual([]);
      expect(found).toEqual(partsOf(whole.data.stream.posts.nodes, some));
    }),
    { numRuns: 60 },
  );
});

test('two fields that ask for the same page get what each selects, at once or one after the other', async () => {
  const [stream] = streams;
  await fc.assert(
    fc.asyncProperty(selected, selected, selected, async (one, other, later) => {
      const page = 'posts(first: 5, orderBy: OLDEST)';
      const { data, errors } = await ask(
        app,
        `{ stream: ${stream} {
            whole: ${page} { nodes { ${everything} } }
          } again: ${stream} {
            one: ${page} { nodes { ${textOf(one)} } } other: ${page} { nodes { ${textOf(other)} } }
            last: posts(first: 1) { nodes { stream { ... on Account { ${page} { nodes { ${textOf(later)} } } } } } }
          } }`,
      );
      expect(errors).toBeUndefined();
      const whole = data.stream.whole.nodes;
      expect(data.again.one.nodes).toEqual(partsOf(whole, one));
      expect(data.again.other.nodes).toEqual(partsOf(whole, other));
      expect(data.again.last.nodes[0].stream.posts.nodes).toEqual(partsOf(whole, later));
    }),
    { numRuns: 40 },
  );
  await fc.assert(
    fc.asyncProperty(selected, selected, async (first, later) => {
      const page = 'posts(first: 5, orderBy: OLDEST)';
      const { data } = await ask(
        app,
        `{ stream: ${stream} { ${page} { nodes { ${textOf(first)} stream { ... on Account { ${page} { nodes { ${textOf(later)} } } } } } } } }`,
      );
      const whole = (await ask(app, `{ stream: ${stream} { ${page} { nodes { ${everything} } } } }`)).data;
      for (const node of data.stream.posts.nodes) {
        expect(node.stream.posts.nodes).toEqual(partsOf(whole.stream.posts.nodes, later));
      }
    }),
    { numRuns: 20 },
  );
});

test('a page reads no column that none of its fields needs', async () => {
  statements.length = 0;
  await ask(app, `{ ${streams[0]} { posts(first: 5) { nodes { id text metrics { likes } } } } }`);
  const [page = '', ...others] = statements.filter((text) => / from posts p /.test(text));
  expect(others).toEqual([]);
  expect([...page.matchAll(/ as "?(\w+)"?/g)].map(([, name]) => name).toSorted()).toEqual(
    ['streamId', 'postId', 'platform', 'createdAt', 'likes', 'text', 'rank'].toSorted(),
  );
});
