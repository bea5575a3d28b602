import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unknownMetrics } from '../../../src/shared/post.ts';
import { ask, openApp } from '../../support/app.ts';
import { findOrCreateTopic } from '../../../src/streams/create.ts';
import { anAccount, aPost, asGiven, observed, savePosts, writeBatch } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

let statements = 0;
const db = await openStore({ onStatement: () => statements++ });
const app = openApp(db);

const hour = 3_600_000;
const start = Date.UTC(2025, 0, 1);
const likes = (count: number) => ({ metrics: { ...unknownMetrics, likes: count } });

/** Reads all pages of an account's posts and returns their texts. */
async function walk(handle: string, orderBy: string, size: number, filter: object = {}, forwards = true) {
  const texts: string[] = [];
  const [count, place] = forwards ? ['first', 'after'] : ['last', 'before'];
  for (let cursor: string | null = null; ; ) {
    const { data } = await ask(
      app,
      `query ($handle: String!, $filter: PostFilter, $orderBy: PostOrder!, $size: Int, $cursor: String) {
        account(handle: $handle) {
          posts(filter: $filter, orderBy: $orderBy, ${count}: $size, ${place}: $cursor) {
            nodes { text author { handle } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
          }
        }
      }`,
      { handle, filter, orderBy, size, cursor },
    );
    const { nodes, pageInfo } = data.account.posts;
    const page = nodes.map((node: { text: string }) => node.text);
    if (forwards) texts.push(...page);
    else texts.unshift(...page);
    if (!(forwards ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) return texts;
    cursor = forwards ? pageInfo.endCursor : pageInfo.startCursor;
  }
}

describe('paging through posts', () => {
  const account = anAccount();
  const saved = savePosts(
    db,
    account,
    Array.from({ length: 60 }, (_, at) =>
      aPost(account, {
        text: `number ${at}`,
        // Several posts with the same instant or figure, some with unknown figures: paging goes wrong at ties.
        createdAt: start + Math.floor(at / 4) * hour,
        ...(at % 7 === 0 ? {} : likes(at % 5)),
      }),
    ),
  );

  test.each(['NEWEST', 'OLDEST', 'LIKES', 'ENGAGEMENT', 'REPLIES', 'IMPRESSIONS'])(
    'by %s visits every post exactly once, whatever the page size and direction',
    async (orderBy) => {
      await saved;
      const whole = await walk(account.handle, orderBy, 200);
      expect(new Set(whole).size).toBe(60);
      for (const size of [7, 23]) {
        expect(await walk(account.handle, orderBy, size)).toEqual(whole);
        expect(await walk(account.handle, orderBy, size, {}, false)).toEqual(whole);
      }
    },
  );

  test('by newest sorts by time, by likes the most first and the unknown last', async () => {
    await saved;
    expect((await walk(account.handle, 'NEWEST', 200)).at(-1)).toMatch(/number [0-3]$/);
    const byLikes = await walk(account.handle, 'LIKES', 200);
    const number = (text: string | undefined) => Number(text?.slice(7));
    expect(number(byLikes[0]) % 5).toBe(4);
    expect(byLikes.slice(-9).every((text) => number(text) % 7 === 0)).toBe(true);
  });

  test.each(['LIKES', 'REPOSTS', 'REPLIES'] as const)(
    'by %s is in the order of a plain sort, whichever figures are known',
    async (orderBy) => {
      const own = anAccount();
      const figure = orderBy.toLowerCase() as 'likes' | 'reposts' | 'replies';
      // All sixteen combinations of four known or unknown figures, several times each.
      const posts = Array.from({ length: 64 }, (_, at) => {
        const known = (bit: number) => ((at >> bit) & 1 ? (at * 7) % 3 : null);
        const metrics = {
          ...unknownMetrics,
          likes: known(0),
          reposts: known(1),
          replies: known(2),
          impressions: known(3),
        };
        return aPost(own, { createdAt: start + (at % 5) * hour, metrics });
      });
      await savePosts(db, own, posts);
      const place = (post: (typeof posts)[number]) =>
        [post.metrics[figure] ?? -1, post.createdAt, Number(post.platformId)] as const;
      const sorted = [...posts].sort((a, b) => {
        const [x, y] = [place(a), place(b)];
        return y[0] - x[0] || y[1] - x[1] || y[2] - x[2];
      });
      const expected = sorted.map((post) => post.text);
      for (const size of [5, 64]) {
        expect(await walk(own.handle, orderBy, size)).toEqual(expected);
        expect(await walk(own.handle, orderBy, size, {}, false)).toEqual(expected);
      }
    },
  );

  test('by IMPRESSIONS puts estimates by the ratio of their account among measured ones', async () => {
    const some = fc.record({
      at: fc.nat(4),
      likes: fc.option(fc.nat(6), { nil: null }),
      impressions: fc.option(fc.nat(40), { nil: null }),
      own: fc.integer({ min: 0, max: 3 }).map((die) => die > 0),
    });
    type Listed = { readonly text: string; readonly metrics: { readonly impressions: number | null } };
    await fc.assert(
      fc.asyncProperty(
        fc.array(some, { maxLength: 40 }),
        fc.array(some, { maxLength: 20 }),
        async (...given) => {
          const ids: string[] = [];
          const posts = [];
          for (const each of given) {
            const own = anAccount();
            const made = each.map(({ at, likes: count, impressions, ...rest }) =>
              aPost(own, {
                ...rest,
                createdAt: start + at * hour,
                metrics: { ...unknownMetrics, likes: count, replies: 1, impressions },
              }),
            );
            const { streamId } = await savePosts(db, own, made);
            ids.push(Buffer.from(`Account:${streamId}`).toString('base64'));
            const told = made.filter(
              ({ own, metrics }) => own && metrics.likes !== null && metrics.impressions !== null,
            );
            const sum = (name: 'likes' | 'impressions') =>
              told.reduce((all, { metrics }) => all + (metrics[name] ?? 0), 0);
            const [n, reactions] = [told.length, sum('likes')];
            const exact = (n * sum('impressions') + 2_000 * reactions) / (reactions * (n + 10));
            const ratio = reactions === 0 ? 200 : Math.max(1, Math.round(exact));
            for (const post of made) {
              const { likes: count, impressions } = post.metrics;
              posts.push({
                post,
                streamId,
                impressions: impressions ?? (count === null ? null : ratio * count),
              });
            }
          }
          posts.sort(
            (a, b) =>
              (b.impressions ?? -1) - (a.impressions ?? -1) ||
              b.post.createdAt - a.post.createdAt ||
              Number(b.post.platformId) - Number(a.post.platformId),
          );
          for (const streams of [ids, ids.slice(0, 1), ids.slice(1)]) {
            for (const [count, place] of [
              ['first', 'after'],
              ['last', 'before'],
            ] as const) {
              const listed: Listed[] = [];
              for (let cursor: string | null = null; ; ) {
                const { data, errors } = await ask(
                  app,
                  `query ($filter: PostFilter, $cursor: String) {
                  posts(filter: $filter, orderBy: IMPRESSIONS, ${count}: 7, ${place}: $cursor) {
                    nodes { text metrics { impressions } }
                    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
                  }
                }`,
                  { filter: { streams }, cursor },
                );
                expect(errors).toBeUndefined();
                const { nodes, pageInfo } = data.posts;
                if (count === 'first') listed.push(...nodes);
                else listed.unshift(...nodes);
                if (!(count === 'first' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) break;
                cursor = count === 'first' ? pageInfo.endCursor : pageInfo.startCursor;
              }
              const wanted = posts.filter(({ streamId }) =>
                streams.includes(Buffer.from(`Account:${streamId}`).toString('base64')),
              );
              expect(listed.map(({ text, metrics }) => [text, metrics.impressions])).toEqual(
                wanted.map(({ post, impressions }) => [post.text, impressions]),
              );
            }
          }
        },
      ),
      { numRuns: 10 },
    );
  }, 60_000);

  test('goes on at the same place when posts are added meanwhile', async () => {
    const own = anAccount();
    const post = (at: number) => aPost(own, { text: `at ${at}`, createdAt: start + at * hour });
    await savePosts(db, own, [1, 3, 5, 7].map(post));
    const query = `query ($h: String!, $after: String) {
      account(handle: $h) { posts(first: 2, after: $after) { nodes { text } pageInfo { endCursor } } }
    }`;
    const first = (await ask(app, query, { h: own.handle })).data.account.posts;
    await savePosts(db, own, [2, 6, 8].map(post));
    const second = (await ask(app, query, { h: own.handle, after: first.pageInfo.endCursor })).data.account
      .posts;
    expect(first.nodes.map((node: { text: string }) => node.text)).toEqual(['at 7', 'at 5']);
    expect(second.nodes.map((node: { text: string }) => node.text)).toEqual(['at 3', 'at 2']);
  });

  test.each([
    ['first: 0', /first: 0 asked, 1 to 200/],
    ['first: -3', /first: -3 asked/],
    ['first: 100000', /first: 100000 asked, 1 to 200/],
    ['first: 2, last: 2', /not both/],
    ['after: "rubbish"', /Not a cursor/],
    ['after: "WyJMSUtFUyIsMSwyLDMsNF0"', /ordered by LIKES, not by NEWEST/],
    ['orderBy: RELEVANCE', /needs a search/],
    ['filter: { search: " " }', /Empty search/],
    ['filter: { streams: ["x"] }', /Not the id of a stream/],
    ['filter: { authors: ["two words"] }', /Not a handle/],
    ['filter: { range: { from: "2025-02-01T00:00:00Z", to: "2025-01-01T00:00:00Z" } }', /is after to/],
    ['filter: { range: { from: "2025-02-30T00:00:00Z" } }', /Not an RFC 3339 instant/],
  ])('with %s is BAD_INPUT with the rule and the value', async (args, message) => {
    const { errors } = await ask(app, `{ posts(${args}) { nodes { id } } }`);
    expect(errors?.[0]?.extensions.code).toBe('BAD_INPUT');
    expect(errors?.[0]?.message).toMatch(message);
  });

  const place = ['2025-01-01T00:00:00.000Z', '00000000-0000-0000-0000-000000000001', 1] as const;
  test.each([
    ['LIKES', 1.5, ...place],
    ['LIKES', 1e300, ...place],
    ['RELEVANCE', 1e300, ...place],
    ['NEWEST', '1', place[1], place[2]],
    ['NEWEST', '+275000-01-01T00:00:00.000Z', place[1], place[2]],
    ['NEWEST', '0000-01-01T00:00:00.000Z', place[1], place[2]],
    ['NEWEST', '2025-02-30T00:00:00.000Z', place[1], place[2]],
    ['NEWEST', place[0], '------------------------------------', place[2]],
    ['NEWEST', place[0], place[1], 1e12],
  ])('a made-up cursor for %s with %s, %s, %s is BAD_INPUT', async (orderBy, ...values) => {
    const cursor = Buffer.from(JSON.stringify([orderBy, ...values])).toString('base64url');
    const { errors } = await ask(
      app,
      `query ($o: PostOrder!, $c: String) { posts(orderBy: $o, after: $c, filter: { search: "x" }) { nodes { id } } }`,
      { o: orderBy, c: cursor },
    );
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_INPUT' } });
  });

  test.each([
    ['jobs', 'JOBS', place[0], 'x'],
    ['jobs', 'JOBS', '1', place[1]],
    ['streams', 'STREAMS', '1', 1],
    ['streams', 'STREAMS', place[0], 1e12],
  ])('so is one for %s with %s, %s, %s', async (list, ...values) => {
    const cursor = Buffer.from(JSON.stringify(values)).toString('base64url');
    const { errors } = await ask(app, `query ($c: String) { ${list}(after: $c) { nodes { id } } }`, {
      c: cursor,
    });
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_INPUT' } });
  });

  test('refuses the cursor of another order', async () => {
    await saved;
    const { data } = await ask(app, '{ posts(orderBy: LIKES, first: 1) { pageInfo { endCursor } } }');
    const { errors } = await ask(app, 'query ($c: String) { posts(after: $c) { nodes { id } } }', {
      c: data.posts.pageInfo.endCursor,
    });
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_INPUT' } });
  });
});

describe('filters', () => {
  const account = anAccount();
  const other = anAccount();
  const typeset = '“Jerky” for cats’ friends—🎉don’t wait… https://cats.example/toys';
  const saved = (async () => {
    await savePosts(db, account, [
      aPost(account, {
        text: 'the quick brown fox',
        hashtags: ['animals'],
        language: 'en',
        sentiment: 0.5,
        ...likes(9),
      }),
      aPost(account, {
        text: 'the brown quick dog',
        hashtags: ['animals', 'dogs'],
        kind: 'REPLY',
        sentiment: -0.5,
      }),
      aPost(account, {
        text: '今日は東京タワーに行きました',
        language: 'ja',
        createdAt: start + 24 * hour,
      }),
      aPost(account, {
        text: 'a picture',
        media: [{ kind: 'PHOTO', url: 'https://example.org/a.jpg', previewUrl: null, alt: 'a fox' }],
        ...likes(2),
      }),
      aPost(account, { text: typeset }),
    ]);
    await savePosts(db, other, [aPost(other, { text: 'the quick brown fox of another' })], {
      provider: 'SYNTHETIC',
    });
  })();

  async function texts(filter: object, orderBy = 'OLDEST'): Promise<string[]> {
    await saved;
    const { data, errors } = await ask(
      app,
      'query ($f: PostFilter, $o: PostOrder!) { posts(filter: $f, orderBy: $o) { nodes { text } totalCount } }',
      { f: { authors: [account.handle, `@${other.handle.toUpperCase()}`], ...filter }, o: orderBy },
    );
    if (errors) throw new Error(errors[0]?.message);
    const found = data.posts.nodes.map((node: { text: string }) => node.text);
    expect(data.posts.totalCount).toBe(found.length);
    return found;
  }

  test.each([
    [{ search: 'quick fox' }, ['the quick brown fox', 'the quick brown fox of another']],
    [{ search: '"quick brown"' }, ['the quick brown fox', 'the quick brown fox of another']],
    [{ search: '"brown quick"' }, ['the brown quick dog']],
    [{ search: 'brown -fox' }, ['the brown quick dog']],
    [{ search: 'dog or picture' }, ['the brown quick dog', 'a picture']],
    [{ search: '東京' }, ['今日は東京タワーに行きました']],
    [{ search: '東京タワー' }, ['今日は東京タワーに行きました']],
    [{ search: '"東京タワー" -京都' }, ['今日は東京タワーに行きました']],
    [{ search: '大阪' }, []],
    [{ search: 'jerky cats friends wait' }, [typeset]],
    [{ search: "don't" }, [typeset]],
    [{ search: 'don’t' }, [typeset]],
    [{ search: '🎉' }, [typeset]],
    [{ search: '“jerky for cats”' }, [typeset]],
    [{ search: 'https://cats.example/toys' }, [typeset]],
    [{ search: 'cats.example' }, [typeset]],
    [{ hashtags: ['#Animals'] }, ['the quick brown fox', 'the brown quick dog']],
    [{ hashtags: ['dogs', 'animals'], kinds: ['REPLY'] }, ['the brown quick dog']],
    [{ languages: ['ja'] }, ['今日は東京タワーに行きました']],
    [{ sentiment: 'POSITIVE' }, ['the quick brown fox']],
    [{ sentiment: 'NEGATIVE' }, ['the brown quick dog']],
    [{ hasMedia: true }, ['a picture']],
    [{ minLikes: 2 }, ['the quick brown fox', 'a picture']],
    [{ providers: ['SYNTHETIC'] }, ['the quick brown fox of another']],
    [{ range: { from: '2025-01-01T12:00:00Z' } }, ['今日は東京タワーに行きました']],
    [{ hashtags: ["'; drop table posts; --"] }, []],
    [{ search: `") & !!'(` }, []],
  ])('%o find %j', async (filter, expected) => {
    expect((await texts(filter)).sort()).toEqual([...expected].sort());
  });

  test('by relevance the best match comes first', async () => {
    expect((await texts({ search: 'quick or fox or brown' }, 'RELEVANCE'))[0]).toMatch(/fox/);
  });

  test('by stream id finds posts of that stream only', async () => {
    await saved;
    const { data } = await ask(app, `{ account(handle: "${other.handle}") { id } }`);
    const streams = [data.account.id];
    const found = await ask(
      app,
      'query ($f: PostFilter) { posts(filter: $f) { nodes { text stream { id } } } }',
      {
        f: { streams },
      },
    );
    expect(found.data.posts.nodes).toEqual([
      { text: 'the quick brown fox of another', stream: { id: streams[0] } },
    ]);
  });
});

describe('one post', () => {
  test('has everything that was collected of it', async () => {
    const account = anAccount({ displayName: 'Lark' });
    const root = aPost(account, { platformId: '9000000000000000001', text: 'root' });
    const reply = aPost(account, {
      platformId: '9000000000000000002',
      kind: 'REPLY',
      replyTo: { postId: root.platformId, authorId: account.platformId, handle: account.handle },
      ...likes(3),
    });
    await savePosts(db, account, [root, reply]);
    await savePosts(db, account, [{ ...reply, ...likes(8), observedAt: reply.observedAt + hour }]);
    const { data, errors } = await ask(
      app,
      `{ post(platformId: "9000000000000000002") {
        id platform platformId url kind text depth parent { text depth } author { id handle displayName url }
        metrics { likes engagement impressions impressionsEstimated replies } history { likes } stream { title }
      } }`,
    );
    expect(errors).toBeUndefined();
    expect(data.post).toMatchObject({
      platform: 'X',
      platformId: '9000000000000000002',
      url: 'https://x.com/i/status/9000000000000000002',
      kind: 'REPLY',
      depth: 1,
      parent: { text: 'root', depth: 0 },
      author: { handle: account.handle, displayName: 'Lark', url: `https://x.com/${account.handle}` },
      metrics: { likes: 8, engagement: 8, impressions: 1_600, impressionsEstimated: true, replies: null },
      history: [{ likes: 3 }, { likes: 8 }],
      stream: { title: `@${account.handle}` },
    });
    for (const id of [data.post.id, data.post.author.id]) {
      expect((await ask(app, 'query ($id: ID!) { node(id: $id) { id } }', { id })).data.node).toEqual({ id });
    }
  });

  test('has no depth when its root was not collected', async () => {
    const account = anAccount();
    const orphan = aPost(account, {
      kind: 'REPLY',
      replyTo: { postId: '5', authorId: null, handle: 'gone' },
    });
    await savePosts(db, account, [orphan]);
    const { data } = await ask(app, `{ post(platformId: "${orphan.platformId}") { depth parent { id } } }`);
    expect(data.post).toEqual({ depth: null, parent: null });
  });

  test('has no depth when only the answered user is known', async () => {
    const account = anAccount();
    const answer = aPost(account, {
      kind: 'REPLY',
      replyTo: { postId: null, authorId: '5', handle: 'gone' },
    });
    await savePosts(db, account, [answer]);
    const { data } = await ask(app, `{ post(platformId: "${answer.platformId}") { kind depth } }`);
    expect(data.post).toEqual({ kind: 'REPLY', depth: null });
  });

  test.each([
    '{ post(platformId: "abc") { id } }',
    '{ account(handle: "a b") { id } }',
    '{ account(handle: "") { id } }',
  ])('%s is BAD_INPUT', async (query) => {
    expect((await ask(app, query)).errors?.[0]?.extensions.code).toBe('BAD_INPUT');
  });

  test.each([
    '{ post(platformId: "1") { id } }',
    '{ account(handle: "nobody") { id } }',
    '{ node(id: "UG9zdDo5OlpaOjE=") { id } }',
  ])('%s is null', async (query) => {
    const { data, errors } = await ask(app, query);
    expect(errors).toBeUndefined();
    expect(Object.values(data)).toEqual([null]);
  });
});

describe('statements', () => {
  const jobs = 'jobs(first: 2) { nodes { state stream { title } } totalCount }';
  const everything = `id text createdAt platformId url kind language hashtags mentions urls depth collectedAt provider
    metrics { likes engagement impressions } history { likes observedAt } media { url kind }
    sentiment { score label } author { id handle url } stream { id title freshness { version coverage } ${jobs} }
    parent { id text author { handle } stream { title ${jobs} } depth history { likes } } quoted { id } reposted { id }`;
  const perStream = `stream {
    posts(first: 2) { nodes { text author { handle } } totalCount }
    stats {
      totals { posts authors engagementMedian } byHour byWeekday(metric: AUTHORS) series { values } hourly: series(interval: HOUR) { values }
      authors: series(metric: AUTHORS) { values } observed: series(basis: OBSERVED) { values } busiest(interval: HOUR) { posts }
      streaks { longest { days } } topPosts { text } topTerms(kind: WORD) { term } topAuthors { author { handle } }
      sentiment { mean } followers { values } bestTimes(metric: LIKES) { hour } providers { posts }
    }
    same: stats { totals { posts authors } topTerms(kind: WORD) { term } }
  }`;

  async function count(query: string, variables: object): Promise<number> {
    statements = 0;
    const { errors } = await ask(app, query, variables as Record<string, unknown>);
    expect(errors).toBeUndefined();
    return statements;
  }

  test('are no more for 100 posts than for 1', async () => {
    const accounts = [anAccount(), anAccount()];
    for (const account of accounts) {
      const root = aPost(account);
      const replies = Array.from({ length: 60 }, () =>
        aPost(account, {
          kind: 'REPLY',
          replyTo: { postId: root.platformId, authorId: null, handle: account.handle },
        }),
      );
      await savePosts(db, account, [root, ...replies]);
    }
    const query = `query ($first: Int, $f: PostFilter) { posts(first: $first, filter: $f) { nodes { ${everything} } totalCount } }`;
    const f = { kinds: ['REPLY'], authors: accounts.map((account) => account.handle) };
    const one = await count(query, { first: 1, f });
    expect(await count(query, { first: 100, f })).toBe(one);
    expect(one).toBeLessThan(17);
  });

  test('for stats and posts of their streams are no more for 100 posts than for one of each stream', async () => {
    const accounts = [anAccount(), anAccount()];
    for (const account of accounts) {
      const posts = Array.from({ length: 60 }, (_, at) => aPost(account, likes(at)));
      const newest = aPost(account, { createdAt: start + hour });
      await savePosts(db, account, [...posts, newest]);
    }
    const query = `query ($first: Int, $f: PostFilter) { posts(first: $first, filter: $f) { nodes { ${perStream} } } }`;
    const f = { authors: accounts.map((account) => account.handle) };
    const one = await count(query, { first: 2, f });
    expect(await count(query, { first: 100, f })).toBe(one);
  });

  test('for stats that are asked for twice are those of once', async () => {
    const account = anAccount();
    await savePosts(db, account, [aPost(account)]);
    const range = '{ from: "2024-12-01T00:00:00Z", to: "2025-02-01T00:00:00Z" }';
    const stats = `stats(range: ${range}, timeZone: "Europe/Berlin") { totals { posts } topTerms(kind: WORD) { term } }`;
    const ofAccount = (fields: string) => `{ account(handle: "${account.handle}") { ${fields} } }`;
    const once = await count(ofAccount(stats), {});
    expect(await count(ofAccount(`${stats} again: ${stats}`), {})).toBe(once);
    const others = stats.replace('Berlin', 'London');
    expect(await count(ofAccount(`${stats} others: ${others}`), {})).toBeGreaterThan(once);
  });

  test('are no more for ten streams than for one, jobs and freshness included', async () => {
    const query = `query ($n: Int) { streams(first: $n) { nodes { id title freshness { stale coverage version } ${jobs} } totalCount } }`;
    expect(await count(query, { n: 10 })).toBe(await count(query, { n: 1 }));
  });

  test.each(['NEWEST', 'OLDEST', 'LIKES', 'RELEVANCE'])(
    'of a page by %s are no more with its authors, who are the same as read alone',
    async (orderBy) => {
      const people = Array.from({ length: 5 }, anAccount);
      const posts = people.map((person, at) => aPost(person, { ...likes(at % 3), text: 'fish of the sea' }));
      const topic = `fish ${orderBy}`;
      const streamId = await findOrCreateTopic(db.sql, topic);
      const batch = { account: null, posts, read: asGiven, collectedAt: observed };
      await writeBatch(db.sql, { streamId, platform: 'X', provider: 'X_API' }, batch);
      const page = (fields: string, size: string) =>
        `{ topic(query: "${topic}") { posts(orderBy: ${orderBy}, ${size}, filter: { search: "fish" }) { nodes { ${fields} } } } }`;
      const author = 'author { id handle displayName avatarUrl url }';
      for (const size of ['first: 3', 'last: 4']) {
        const without = await count(page('id text', size), {});
        expect(await count(page(`id text ${author}`, size), {})).toBe(without);
        // Both fields are answered by one read of the page.
        const again = `again: posts(orderBy: ${orderBy}, ${size}, filter: { search: "fish" }) { nodes { ${author} } }`;
        const twice = page('id', size).replace('{ posts', `{ ${again} posts`);
        expect(await count(twice, {})).toBe(without);
        const { data } = await ask(app, page(`id ${author}`, size));
        const { nodes } = data.topic.posts;
        expect(nodes).toHaveLength(size === 'first: 3' ? 3 : 4);
        for (const node of nodes) {
          const alone = await ask(app, `{ node(id: "${node.id}") { id ... on Post { ${author} } } }`);
          expect(node).toEqual(alone.data.node);
        }
      }
    },
  );

  test('are no more for 100 top posts than for 1', async () => {
    const account = anAccount();
    await savePosts(
      db,
      account,
      Array.from({ length: 120 }, (_, at) => aPost(account, likes(at))),
    );
    const query = `query ($h: String!, $n: Int!) { account(handle: $h) { stats { topPosts(by: LIKES, first: $n) { ${everything} } topAuthors { author { handle } } } } }`;
    const one = await count(query, { h: account.handle, n: 1 });
    expect(await count(query, { h: account.handle, n: 100 })).toBe(one);
  });
});

describe('deleting a stream', () => {
  test('erases all of it and nothing of others', async () => {
    const [gone, kept] = [anAccount(), anAccount()];
    const { streamId } = await savePosts(db, gone, [
      aPost(gone, { hashtags: ['x'], raw: '{}', words: ['y'] }),
    ]);
    await savePosts(db, kept, [aPost(kept, { hashtags: ['x'] })]);
    const { data } = await ask(app, `{ account(handle: "${gone.handle}") { id } }`);
    const query = 'mutation ($id: ID!) { deleteStream(id: $id) }';
    expect((await ask(app, query, { id: data.account.id })).data.deleteStream).toBe(data.account.id);
    const tables = await db.sql<{ name: string }[]>`
      select table_name as name from information_schema.columns
      where table_schema = 'public' and column_name = 'stream_id'`;
    for (const { name } of tables) {
      const [row] =
        await db.sql`select count(*)::int as left from ${db.sql(name)} where stream_id = ${streamId}`;
      expect([name, row?.left]).toEqual([name, 0]);
    }
    expect(
      (await ask(app, `{ account(handle: "${kept.handle}") { posts { totalCount } } }`)).data.account.posts
        .totalCount,
    ).toBe(1);
    expect((await ask(app, query, { id: data.account.id })).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  });
});

describe('reports across streams', () => {
  test('add up what the streams have, over all time and over ragged ranges', async () => {
    const own = await openStore();
    const reports = openApp(own);
    const [a, b] = [anAccount(), anAccount()];
    const at = (iso: string) => ({ createdAt: Date.parse(iso) });
    await savePosts(own, a, [
      aPost(a, { hashtags: ['x', 'y'], ...likes(5), ...at('2025-01-31T23:59:59.999Z') }),
      aPost(a, { hashtags: ['x'], ...at('2025-03-01T00:00:00Z') }),
      aPost(a, {
        hashtags: ['x'],
        kind: 'REPOST',
        repostOf: { handle: 'z', postId: null },
        ...at('2025-03-01T00:00:00Z'),
      }),
    ]);
    await savePosts(own, b, [aPost(b, { hashtags: ['x'], ...likes(1), ...at('2025-04-10T10:00:00.001Z') })]);
    const query = `query ($r: TimeRange) {
      topHashtags(range: $r) { hashtag { tag } posts authors engagement } topAuthors(range: $r) { author { handle } posts }
    }`;
    const all = (await ask(reports, query)).data;
    expect(all.topHashtags).toEqual([
      { hashtag: { tag: 'x' }, posts: 3, authors: 2, engagement: 6 },
      { hashtag: { tag: 'y' }, posts: 1, authors: 1, engagement: 5 },
    ]);
    expect(all.topAuthors).toEqual([
      { author: { handle: a.handle }, posts: 3 },
      { author: { handle: b.handle }, posts: 1 },
    ]);
    const r = { from: '2025-02-01T00:00:00Z', to: '2025-04-10T10:00:00.001Z' };
    expect((await ask(reports, query, { r })).data.topHashtags).toEqual([
      { hashtag: { tag: 'x' }, posts: 1, authors: 1, engagement: 0 },
    ]);
  });

  test('count a post once, whichever accounts and topics have it', async () => {
    const own = await openStore();
    const reports = openApp(own);
    // One whose id is known, one known only by its handle, one that is not collected.
    const [known, nameless, stranger] = [anAccount(), anAccount({ platformId: null }), anAccount()];
    const seen = { ...nameless, platformId: '777' };
    const sea = { hashtags: ['sea'], ...likes(2) };
    const [a, b, c] = [aPost(known, sea), aPost(nameless, sea), aPost(stranger, sea)];
    const d = aPost(known, { ...sea, platformId: '42' });
    await savePosts(own, known, [a]);
    await savePosts(own, nameless, [b]);
    const byId = aPost(seen, { ...sea, platformId: b.platformId });
    for (const [query, posts] of [
      ['sea', [a, byId, c, d]],
      ['level', [c, d]],
    ] as const) {
      const streamId = await findOrCreateTopic(own.sql, query);
      const batch = { account: null, posts, read: asGiven, collectedAt: observed };
      await writeBatch(own.sql, { streamId, platform: 'X', provider: 'X_API' }, batch);
    }
    const query = `query ($r: TimeRange) {
      topHashtags(range: $r) { hashtag { tag posts } posts authors engagement }
      topAuthors(range: $r) { author { handle } posts }
    }`;
    for (const r of [
      null,
      { from: '2024-12-31T00:00:00Z', to: '2025-06-01T00:00:00Z' },
      { from: '2024-12-31T10:00:00Z' },
    ]) {
      const { data, errors } = await ask(reports, query, { r });
      expect(errors).toBeUndefined();
      expect(data.topHashtags).toEqual([
        { hashtag: { tag: 'sea', posts: 4 }, posts: 4, authors: 3, engagement: 8 },
      ]);
      expect(data.topAuthors).toHaveLength(3);
      expect(data.topAuthors[0]).toEqual({ author: { handle: known.handle }, posts: 2 });
    }
  });
});

test('the history of a post says which impressions are estimates', async () => {
  const account = anAccount();
  const post = aPost(account, likes(3));
  await savePosts(db, account, [post]);
  const measured = { ...unknownMetrics, likes: 4, impressions: 90 };
  await savePosts(db, account, [{ ...post, observedAt: observed + hour, metrics: measured }]);
  const { data } = await ask(
    app,
    `{ account(handle: "${account.handle}") { posts { nodes { history { impressions impressionsEstimated } } } } }`,
  );
  // One measured post of 90 impressions and 4 reactions: (1 × 22.5 + 10 × 200) / 11 is 183.9.
  expect(data.account.posts.nodes[0].history).toEqual([
    { impressions: 3 * 184, impressionsEstimated: true },
    { impressions: 90, impressionsEstimated: false },
  ]);
});
