import fc from 'fast-check';
import { createClient as createSocketClient } from 'graphql-ws';
import { afterEach, describe, expect, test } from 'vitest';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { createLimiter } from '../../../src/access/limiter.ts';
import { createShare, listShares, revokeShare, type Share, shareUrl } from '../../../src/access/shares.ts';
import { openFields, openTypes, openTrendTypes } from '../../../src/graphql/share-rules.ts';
import { sha256 } from '../../../src/http/operations/sha256.ts';
import { schema } from '../../../src/schema.ts';
import type { EnrichedPost } from '../../../src/shared/post.ts';
import { findOrCreateTopic } from '../../../src/streams/create.ts';
import { testNow } from '../../support/app.ts';
import { makeKey, openKeys } from '../../support/keys.ts';
import { patienceMs } from '../../support/patience.ts';
import { anAccount, aPost, asGiven, observed, savePosts, writeBatch } from '../../support/posts.ts';
import { randomOperation } from '../../support/random-operation.ts';
import { openStore } from '../../support/store.ts';
import { howOf, serveCached } from '../cache/support.ts';
import { ask, errorOf, send } from '../http/support.ts';
import { serveLive } from '../subscriptions/support.ts';

const db = await openStore();
const owner = await makeKey(db, 'admin');
const { access } = await openKeys(db);
const fetched: unknown[] = [];
const refreshing = { afterMs: 1, refresh: (stream: unknown) => void fetched.push(stream) };
const server = await serveCached(db, {}, { services: { refreshing }, http: { access } });

/** Everything of the other stream has its name. */
const hidden = anAccount({ handle: 'secret_one', displayName: 'SECRET' });
const shown = anAccount({ handle: 'shown_one' });
const secrets = Array.from({ length: 4 }, (_, at) =>
  aPost(hidden, {
    text: `SECRET ${at}`,
    hashtags: ['secrettag'],
    createdAt: testNow.getTime() - at * 3_600_000,
  }),
);
const passing: readonly Partial<EnrichedPost>[] = [
  { text: 'plain' },
  { kind: 'QUOTE', quoteOf: secrets[0]?.platformId ?? null },
  { kind: 'REPOST', repostOf: { handle: hidden.handle, postId: secrets[1]?.platformId ?? null } },
  {
    kind: 'REPLY',
    replyTo: { postId: secrets[2]?.platformId ?? null, authorId: null, handle: hidden.handle },
  },
];
const own = passing.map((post, at) => aPost(shown, { ...post, createdAt: testNow.getTime() - at * 60_000 }));
const { streamId: hiddenId } = await savePosts(db, hidden, secrets);
const { streamId } = await savePosts(db, shown, own);
const topicId = await findOrCreateTopic(db.sql, 'secret words');
await writeBatch(
  db.sql,
  { streamId: topicId, platform: 'X', provider: 'X_API' },
  { account: null, posts: [...secrets, own[0] as EnrichedPost], read: asGiven, collectedAt: observed },
);
const idOf = (id: number, type = 'Account') => Buffer.from(`${type}:${id}`).toString('base64');

const page = { path: '/x/shown_one', streamIds: [streamId], trends: false };
const day = 86_400_000;
async function aShare(parts: Partial<typeof page> = {}, expiresInMs = day, now = new Date()) {
  const share = await createShare({ db, now }, { ...page, ...parts, expiresInMs });
  return { share, ...(await credentialsOf(share)) };
}
async function credentialsOf(share: Share) {
  const token = (await shareUrl({ db }, share)).split('share=')[1] ?? '';
  return { token, headers: { authorization: `Bearer ${token}` } };
}
const { headers, token } = await aShare();
const query = (text: string, variables = {}) => ({ query: text, variables });
const account = (handle: string) => `{ account(handle: "${handle}") { handle stats { totals { posts } } } }`;
const found = { data: { account: { handle: 'shown_one', stats: { totals: { posts: 4 } } } } };
const dataOf = ({ body }: { readonly body: string }) => JSON.parse(body).data;

describe('a share opens', () => {
  test('its own page, on a server that asks for keys', async () => {
    expect((await ask(server, query(account('shown_one')))).status).toBe(401);
    expect(JSON.parse((await ask(server, query(account('shown_one')), headers)).body)).toEqual(found);
  });

  test('the same on a server that asks for none, and lets nobody do more than that', async () => {
    const { access } = await openKeys(db, { off: true });
    const open = await serveCached(db, {}, { http: { access } });
    expect(JSON.parse((await ask(open, query(account('shown_one')), headers)).body)).toEqual(found);
    expect(dataOf(await ask(open, query('{ streams { nodes { title } } }')))).not.toBeNull();
    expect(errorOf(await ask(open, query('{ streams { nodes { title } } }'), headers)).code).toBe(
      'FORBIDDEN',
    );
    const bad = { authorization: `Bearer ${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}` };
    expect((await ask(open, query('{ __typename }'), bad)).status).toBe(401);
  });

  test('no other account and no topic: they are as if nothing had been collected', async () => {
    const asked = query(`{ account(handle: "secret_one") { handle } topic(query: "secret words") { id }
      accounts(handles: ["secret_one", "shown_one"]) { handle } }`);
    expect(JSON.parse((await ask(server, asked, headers)).body)).toEqual({
      data: { account: null, topic: null, accounts: [null, { handle: 'shown_one' }] },
    });
  });

  test('no post that another stream has, however it is reached', async () => {
    const asked =
      query(`query { all: account(handle: "shown_one") { ...Posts stats { topPosts { quoted { text } } } } }
      fragment Posts on Stream { posts(orderBy: NEWEST, filter: { own: null }) { edges { node { ...Near } } nodes { ...Near } } }
      fragment Near on Post { text parent { text } quoted { text } theirs: reposted { text } stream { id } }`);
    const [near] = [{ parent: null, quoted: null, theirs: null, stream: { id: idOf(streamId) } }];
    const answer = await ask(server, asked, headers);
    expect(answer.body).not.toMatch(/secret/i);
    const { nodes, edges } = dataOf(answer).all.posts;
    expect(nodes).toMatchObject([near, near, near, near]);
    expect(edges.map(({ node }: { node: object }) => node)).toEqual(nodes);
    // With a key they are visible.
    const all = dataOf(await ask(server, asked, { authorization: owner.bearer })).all.posts.nodes;
    expect(all).toMatchObject([
      {},
      { quoted: { text: 'SECRET 0' } },
      { theirs: { text: 'SECRET 1' } },
      { parent: { text: 'SECRET 2' } },
    ]);
  });

  test('no fetch: looking at it costs nothing', async () => {
    await db.sql`update streams set track_every_ms = 3600000, track_next_at = now() where stream_id = ${streamId}`;
    const fresh = query(`{ again: account(handle: "shown_one") { freshness { stale } tracking { every } } }`);
    expect(dataOf(await ask(server, fresh, headers)).again).toMatchObject({ freshness: { stale: true } });
    expect(fetched).toEqual([]);
    await ask(server, fresh, { authorization: owner.bearer });
    expect(fetched).toHaveLength(1);
  });
});

describe('a share is refused', () => {
  const secret = idOf(hiddenId);
  test.each([
    ['a mutation', `mutation { deleteStream(id: "${idOf(streamId)}") }`],
    ['a fetch', 'mutation { fetchAccount(handle: "shown_one") { id } }'],
    ['to share on', 'mutation { createShare(path: "/x/secret_one") { url } }'],
    ['to end a share', `mutation { revokeShare(id: "${idOf(1, 'Share')}") }`],
    ['the links of others', '{ shares { url } }'],
    ['any object by its id', `{ node(id: "${secret}") { ... on Account { handle } } }`],
    ['objects by their ids', `{ nodes(ids: ["${secret}", "${idOf(streamId)}"]) { id } }`],
    ['all streams', '{ streams { nodes { title } } }'],
    ['all posts', '{ posts { nodes { text } } }'],
    ['a post by its id', `{ post(platformId: "${secrets[0]?.platformId}") { text } }`],
    ['what the system is', '{ system { version } }'],
    ['jobs', '{ jobs { nodes { subject } } }'],
    ['jobs of its stream', '{ account(handle: "shown_one") { jobs { nodes { subject } } } }'],
    ['alerts', '{ alerts { nodes { name } } }'],
    ['a quote', '{ fetchQuote(handle: "shown_one") { usd } }'],
    ['conversations', '{ account(handle: "shown_one") { conversations { nodes { root { text } } } } }'],
    ['a conversation', '{ account(handle: "shown_one") { posts { nodes { conversation { id } } } } }'],
    ['hashtags of all streams', '{ topHashtags { hashtag { tag } } }'],
    ['authors of all streams', '{ topAuthors { author { handle } } }'],
    ['an alias of one', '{ account: system { version } }'],
    [
      'one in a fragment',
      'query { ...F } fragment F on Query { ... { ... on Query { authors(search: "s") { handle } } } }',
    ],
    ['one under a condition', 'query ($yes: Boolean = true) { streams @include(if: $yes) { totalCount } }'],
  ])('%s', async (_name, text) => {
    for (let n = 0; n < 5; n++) {
      const answer = await ask(server, query(text), headers);
      expect(errorOf(answer)).toMatchObject({ code: 'FORBIDDEN' });
      expect(answer.body).not.toMatch(/secret_|SECRET/);
    }
    const byGet = { method: 'GET', path: `/graphql?${new URLSearchParams({ query: text })}`, headers };
    if (!text.startsWith('mutation')) expect(errorOf(await send(server, byGet)).code).toBe('FORBIDDEN');
  });

  test('an operation whose answer is cached for others, and registered ones', async () => {
    const text = 'query Kept { streams { nodes { title } } }';
    const hash = { extensions: { persistedQuery: { version: 1, sha256Hash: sha256(text) } } };
    expect(
      dataOf(await ask(server, { ...hash, query: text }, { authorization: owner.bearer })),
    ).not.toBeNull();
    expect(errorOf(await ask(server, hash, headers)).code).toBe('FORBIDDEN');
    const mine = 'query Mine { account(handle: "shown_one") { handle } }';
    const own = { extensions: { persistedQuery: { version: 1, sha256Hash: sha256(mine) } } };
    await ask(server, { ...own, query: mine }, headers);
    expect(errorOf(await ask(server, own, { authorization: owner.bearer })).code).toBe(
      'PERSISTED_QUERY_NOT_FOUND',
    );
  });

  test('the schema, uploads, and the metrics', async () => {
    expect((await ask(server, query('{ __schema { types { name } } }'), headers)).body).not.toContain(
      'Mutation',
    );
    const upload = { 'content-type': 'multipart/form-data; boundary=x', ...headers };
    expect(errorOf(await send(server, { headers: upload }, '--x--')).code).toBe('FORBIDDEN');
  });
});

test('cached answers of keys are not served to a share, nor the other way round', async () => {
  const text = query('{ kept: account(handle: "secret_one") { handle } }');
  const asOwner = { authorization: owner.bearer };
  await ask(server, text, asOwner);
  expect(howOf(await ask(server, text, asOwner))).toBe('hit');
  const other = await aShare({ path: '/x/secret_one', streamIds: [hiddenId] });
  const none = { kept: null };
  const handle = { kept: { handle: 'secret_one' } };
  for (let n = 0; n < 2; n++) {
    expect(dataOf(await ask(server, text, headers))).toEqual(none);
    expect(dataOf(await ask(server, text, other.headers))).toEqual(handle);
    expect(dataOf(await ask(server, text, asOwner))).toEqual(handle);
  }
  expect(howOf(await ask(server, text, headers))).toBe('hit');
});

describe('whatever is asked', () => {
  const samples = {
    first: [1, 2, 3],
    handle: ['shown_one', 'shown_one', 'secret_one'],
    handles: ['shown_one', 'secret_one'],
    authors: ['secret_one'],
    ID: [idOf(hiddenId), idOf(streamId), idOf(topicId, 'Topic'), `${idOf(hiddenId)}`],
    Int: [1, 2, 3],
    SafeInt: [1, 2],
    Float: [0.5, 1],
    Boolean: [true, false],
    String: ['shown_one', 'secret_one', 'secret words', 'secrettag'],
    DateTime: ['2026-06-01T00:00:00.000Z', '2026-06-15T00:00:00.000Z'],
    from: ['2026-06-01T00:00:00.000Z', '2026-06-14T00:00:00.000Z'],
    to: ['2026-06-15T00:00:00.000Z', '2026-06-16T00:00:00.000Z'],
    Date: ['2026-06-01'],
    Duration: ['P1D', 'P7D'],
    TimeZone: ['UTC'],
    URL: ['https://example.org'],
  };
  /** Fields that no type allows: without them more queries are answered. */
  const fields = Object.values(schema.getTypeMap()).flatMap((type) =>
    'getFields' in type && !('isOneOf' in type)
      ? Object.keys(type.getFields()).map((field) => ({ type: type.name, field }))
      : [],
  );
  const isAllowed = ({ type, field }: (typeof fields)[number]) =>
    type !== 'Query' || ['account', 'accounts', 'topic'].includes(field)
      ? openTypes.has(type) || openTrendTypes.has(type) || openFields[type]?.[field] !== undefined
      : false;
  const allowed = new Set(fields.filter(isAllowed).map(({ field }) => field));
  const refused = fields.map(({ field }) => field).filter((field) => !allowed.has(field));

  test.each([
    ['of all that the schema has', []],
    ['of what is not refused', refused],
  ])('%s, the answer has nothing of another stream', async (_name, except) => {
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(1_000), { minLength: 20, maxLength: 60 }), async (choices) => {
        const asked = randomOperation(schema, choices, { samples, except });
        const { body, status } = await ask(server, asked, headers);
        expect([200, 400]).toContain(status);
        const { data } = JSON.parse(body);
        expect(JSON.stringify(data ?? null)).not.toMatch(/secret/i);
        if (JSON.stringify(data ?? null).includes('":')) answered += 1;
      }),
      { numRuns: 150 },
    );
    if (except.length > 0) expect(answered).toBeGreaterThan(10);
  });
});

describe('a token that is', () => {
  const [id = '', seconds = '', ...signature] = token.slice('share_'.length).split('_');
  const signed = signature.join('_');
  test.each([
    ['of another share', `share_${Number(id) + 1}_${seconds}_${signed}`],
    ['prolonged', `share_${id}_${Number(seconds) + 60}_${signed}`],
    ['written in another way', `share_0${id}_${seconds}_${signed}`],
    ['signed by nobody', `share_${id}_${seconds}_${'A'.repeat(43)}`],
    ['a part of one', token.slice(0, -3)],
  ])('%s is UNAUTHENTICATED', async (_name, text) => {
    const answer = await ask(server, query('{ __typename }'), { authorization: `Bearer ${text}` });
    expect([answer.status, errorOf(answer).code]).toEqual([401, 'UNAUTHENTICATED']);
  });

  test('expired is UNAUTHENTICATED', async () => {
    const past = await aShare({}, 60_000, new Date(Date.now() - 61_000));
    const answer = await ask(server, query('{ __typename }'), past.headers);
    expect(answer.status).toBe(401);
    expect(errorOf(answer).message).toBe('The link has expired or was revoked: ask for another one');
  });

  test('revoked is UNAUTHENTICATED soon, also for its cached answers', async () => {
    const { share, headers } = await aShare();
    const asked = query(account('shown_one'));
    expect((await ask(server, asked, headers)).status).toBe(200);
    await revokeShare({ db }, share.shareId);
    await expect
      .poll(async () => (await ask(server, asked, headers)).status, { timeout: patienceMs })
      .toBe(401);
    await expect(revokeShare({ db }, share.shareId)).rejects.toThrow('No such share');
  });
});

describe('over a socket', async () => {
  const live = await serveLive(db, { access });
  const clients: { dispose(): unknown }[] = [];
  afterEach(() => {
    for (const client of clients.splice(0)) void client.dispose();
  });
  const client = (token: string) => {
    const made = createSocketClient({
      url: live.ws,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: 0,
    });
    clients.push(made);
    return made;
  };
  async function first(text: string) {
    for await (const answer of client(token).iterate({ query: text })) return answer;
    return null;
  }

  test('a share follows its own stream', async () => {
    const answer = await first(`subscription { streamUpdated(id: "${idOf(streamId)}") { id title } }`);
    expect(answer).toEqual({ data: { streamUpdated: { id: idOf(streamId), title: '@shown_one' } } });
  });

  test.each([
    ['another stream', `subscription { streamUpdated(id: "${idOf(hiddenId)}") { id } }`],
    ['one that is not there', `subscription { streamUpdated(id: "${idOf(999_999)}") { id } }`],
    ['new posts', `subscription { newPosts(id: "${idOf(hiddenId)}") { text } }`],
    ['jobs', 'subscription { jobChanged { id } }'],
    ['trends', 'subscription { trendingHashtags(window: "PT1H") { totalCount } }'],
    [
      'jobs of its own stream',
      `subscription { streamUpdated(id: "${idOf(streamId)}") { jobs { totalCount } } }`,
    ],
  ])('it is refused %s', async (_name, text) => {
    expect((await first(text))?.errors?.[0]?.extensions).toEqual({ code: 'FORBIDDEN' });
  });

  test('it ends with its share', async () => {
    const { share, token } = await aShare();
    const ended = new Promise((done) => {
      const made = client(token);
      made.on('closed', (event) => done((event as CloseEvent).code));
      made.subscribe(
        { query: `subscription { streamUpdated(id: "${idOf(streamId)}") { id } }` },
        {
          next: () => void revokeShare({ db }, share.shareId).catch(() => {}),
          error: () => {},
          complete: () => {},
        },
      );
    });
    expect(await ended).toBe(4403);
  });
});

test('all users of a share have one budget together, separate from others', async () => {
  const limiter = createLimiter({ costPerMinute: 2, redis: null, log: pino({ level: 'silent' }) });
  const limited = await serveCached(db, {}, { http: { access, limiter } });
  const typename = query('{ __typename }');
  const statuses = [];
  for (let n = 0; n < 3; n++) statuses.push((await ask(limited, typename, headers)).status);
  expect(statuses).toEqual([200, 200, 429]);
  const other = await aShare();
  expect((await ask(limited, typename, other.headers)).status).toBe(200);
  expect((await ask(limited, typename, { authorization: owner.bearer })).status).toBe(200);
});

describe('a link is created', async () => {
  const asOwner = { authorization: owner.bearer };
  const make = (path: string, more = '') =>
    query(`mutation ($path: String!) { createShare(path: $path${more}) { id url path expiresAt } }`, {
      path,
    });
  // Awaited, because resources that are opened while a test runs are closed with that test.
  const live = await serveLive(db, { access });
  const askLive = async (body: object, more: object = asOwner) =>
    JSON.parse((await ask({ ...server, port: live.port }, body, more as Record<string, string>)).body);

  test('for a page, by a key that may only read, and ends by itself after a week', async () => {
    const reader = await makeKey(db, 'read');
    const { data } = await askLive(make('/x/Shown_One?range=90d'), { authorization: reader.bearer });
    const { id, url, expiresAt } = data.createShare;
    expect(url).toMatch(/^\/x\/Shown_One\?range=90d&share=share_\d+_\d+_[\w-]{43}$/);
    expect(Math.abs(Date.parse(expiresAt) - Date.now() - 7 * day)).toBeLessThan(60_000);
    const token = new URL(url, 'http://here').searchParams.get('share');
    const shared = { authorization: `Bearer ${token}` };
    expect(JSON.parse((await ask(server, query(account('shown_one')), shared)).body)).toEqual(found);
    const listed = await askLive(query('{ shares { id url path } }'));
    expect(listed.data.shares[0]).toEqual({ id, url, path: '/x/Shown_One?range=90d' });
    expect(await askLive(query('mutation ($id: ID!) { revokeShare(id: $id) }', { id }))).toEqual({
      data: { revokeShare: id },
    });
    expect(
      (await askLive(query('{ shares { id } }'))).data.shares.map((share: { id: string }) => share.id),
    ).not.toContain(id);
  });

  test('for a page whose address has the token of another one', async () => {
    const { data } = await askLive(make(`/compare?s=x%3Ashown_one&share=${token}`));
    expect(data.createShare.path).toBe('/compare?s=x%3Ashown_one');
  });

  test.each([
    ['/x/nobody_at_all', '', 'NOT_FOUND'],
    ['/topic/nothing%20of%20this', '', 'NOT_FOUND'],
    ['/jobs', '', 'BAD_INPUT'],
    ['//evil.example/x/shown_one', '', 'BAD_INPUT'],
    ['/x/shown_one', ', expiresIn: "P31D"', 'BAD_INPUT'],
    ['/x/shown_one', ', expiresIn: "PT1S"', 'BAD_INPUT'],
  ])('not for %s%s: %s', async (path, more, code) => {
    expect((await askLive(make(path, more))).errors[0].extensions.code).toBe(code);
  });

  test('a thousand times, and expired ones make room', async () => {
    await db.sql`insert into shares (path, stream_ids, trends, created_at, expires_at)
      select '/x/shown_one', '{}', false, now(), now() + interval '1 minute' from generate_series(1, 1000)`;
    await expect(aShare()).rejects.toThrow('Too many shares: 1000 allowed');
    await db.sql`update shares set expires_at = now() where stream_ids = '{}'`;
    await aShare();
    expect(await listShares({ db, now: new Date() })).not.toHaveLength(0);
    expect(await db.sql`select 1 from shares where stream_ids = '{}'`).toHaveLength(0);
  });
});
