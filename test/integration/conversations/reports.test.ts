import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findOrCreateAccount, findOrCreateTopic } from '../../../src/streams/create.ts';
import { deleteStreamRows } from '../../../src/streams/delete.ts';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { ask, openApp } from '../../support/app.ts';
import { type GivenPost, PlainConversations } from '../../support/conversations.ts';
import { anAccount, observed } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { threadPosts, toThreadPost, writeThreadPosts } from '../../support/thread-posts.ts';

const db = await openStore();
const app = openApp(db);
const account = anAccount();
const most = 24;
let firstId = 1_000;
const hourMs = 3_600_000;

/** Posts; those that a topic also found, or only a topic; and the arguments of the reports. */
const given = fc.record({
  posts: threadPosts(account, most),
  found: fc.array(fc.constantFrom('account', 'topic', 'both'), { minLength: most, maxLength: most }),
  minDepth: fc.integer({ min: 1, max: 4 }),
  minEngagement: fc.integer({ min: 0, max: 100 }),
  first: fc.integer({ min: 1, max: 5 }),
  from: fc.integer({ min: 0, max: 30 }).map((hours) => observed - 1_000 * hourMs + hours * hourMs),
  hours: fc.integer({ min: 0, max: 50 }),
});

async function asked(query: string, variables: Record<string, unknown>) {
  const { data, errors } = await ask(app, query, variables);
  expect(errors).toBeUndefined();
  return data;
}

test('reports of depth, viral chains and lists of conversations equal a plain count', async () => {
  await fc.assert(
    fc.asyncProperty(given, async ({ posts, found, from, hours, ...chains }) => {
      firstId += 1_000;
      const own = await findOrCreateAccount(db.sql, account);
      const topic = await findOrCreateTopic(db.sql, `topic ${firstId}`);
      try {
        const isIn = (name: string) => (_: GivenPost, at: number) => [name, 'both'].includes(found[at] ?? '');
        const written = (list: readonly GivenPost[]) =>
          list.map((post) => toThreadPost(account, firstId, post));
        await writeThreadPosts(db, own, written(posts.filter(isIn('account'))));
        const topical = written(posts.filter(isIn('topic'))).map((post) => ({ ...post, own: true }));
        await writeThreadPosts(db, topic, topical);
        const plain = new PlainConversations(posts);
        const threads = plain.roots().filter((root) => plain.reading(root).length > 1);
        const ownIn = new Map<string | null, (root: number) => boolean>([
          [null, () => true],
          [
            encodeGlobalId('Account', String(own)),
            (root) =>
              isOwn(posts, root) &&
              has(
                posts.findIndex(({ id }) => id === root),
                'account',
              ),
          ],
          [
            encodeGlobalId('Topic', String(topic)),
            (root) =>
              has(
                posts.findIndex(({ id }) => id === root),
                'topic',
              ),
          ],
        ]);
        function has(at: number, name: string) {
          return [name, 'both'].includes(found[at] ?? '');
        }
        for (const [stream, isOwnRoot] of ownIn) {
          const roots = threads.filter(isOwnRoot);
          await expectDepths(plain, roots, { stream, from, to: from + hours * hourMs });
          await expectChains(plain, plain.roots().filter(isOwnRoot), { stream, ...chains });
        }
        const account_ = encodeGlobalId('Account', String(own));
        await expectList(plain, threads.filter(ownIn.get(account_) as (root: number) => boolean));
      } finally {
        await deleteStreamRows(db.sql, own);
        await deleteStreamRows(db.sql, topic);
      }
    }),
    { numRuns: 40 },
  );
}, 240_000);

const isOwn = (posts: readonly GivenPost[], id: number) =>
  posts.find((post) => post.id === id)?.author === account.platformId;

type Scope = { readonly stream: string | null; readonly from: number; readonly to: number };

async function expectDepths(
  plain: PlainConversations,
  roots: readonly number[],
  { stream, from, to }: Scope,
) {
  const { conversationDepths, ranged } = await asked(
    `query ($stream: ID, $from: DateTime!, $to: DateTime!) { conversationDepths(stream: $stream) { ...Report }
      ranged: conversationDepths(stream: $stream, range: { from: $from, to: $to }) { ...Report } }
      fragment Report on DepthReport { conversations posts maxDepth meanDepth histogram { depth posts } }`,
    { stream, from: new Date(from), to: new Date(to) },
  );
  const rooted = roots.filter((root) => plain.isRooted(root));
  expect(conversationDepths).toEqual(reportOf(plain, rooted));
  const within = rooted.filter((root) => {
    const at = plain.posts.get(root)?.createdAt ?? 0;
    return at >= from && at < to;
  });
  expect(ranged).toEqual(reportOf(plain, within));
}

function reportOf(plain: PlainConversations, roots: readonly number[]) {
  const depths = roots.flatMap((root) => plain.reading(root).map((id) => plain.depthOf(id) as number));
  const maxDepth = Math.max(0, ...depths);
  return {
    conversations: roots.length,
    posts: depths.length,
    maxDepth,
    meanDepth: depths.length === 0 ? 0 : depths.reduce((sum, depth) => sum + depth, 0) / depths.length,
    histogram:
      depths.length === 0
        ? []
        : Array.from({ length: maxDepth + 1 }, (_, depth) => ({
            depth,
            posts: depths.filter((each) => each === depth).length,
          })),
  };
}

type AskedChains = {
  readonly stream: string | null;
  readonly minDepth: number;
  readonly minEngagement: number;
  readonly first: number;
};

async function expectChains(plain: PlainConversations, roots: readonly number[], variables: AskedChains) {
  const { viralChains } = await asked(
    `query ($stream: ID, $minDepth: Int!, $minEngagement: SafeInt!, $first: Int!) {
      viralChains(stream: $stream, minDepth: $minDepth, minEngagement: $minEngagement, first: $first) {
        depth engagement participants posts { platformId } tail: posts(first: 1, offset: 1) { platformId } last { platformId } } }`,
    variables,
  );
  const chains = roots
    .flatMap((root) => plain.chains(root))
    .filter(
      ({ posts, engagement }) => posts.length > variables.minDepth && engagement >= variables.minEngagement,
    )
    .sort((a, b) => b.engagement - a.engagement || a.posts.length - b.posts.length || endOf(a) - endOf(b))
    .slice(0, variables.first)
    .map(({ posts, ...sums }) => ({
      ...sums,
      depth: posts.length - 1,
      posts: posts.map(named),
      tail: posts.slice(1, 2).map(named),
      last: named(endOf({ posts })),
    }));
  expect(viralChains).toEqual(chains);
}

const endOf = ({ posts }: { readonly posts: readonly number[] }) => posts.at(-1) ?? 0;
const named = (id: number) => ({ platformId: String(firstId + id) });

async function expectList(plain: PlainConversations, roots: readonly number[]) {
  const ranks: Record<string, (root: number) => number> = {
    LARGEST: (root) => plain.reading(root).length,
    DEEPEST: (root) => plain.depths(root).length,
    ENGAGEMENT: (root) => plain.together(plain.reading(root)).engagement,
    NEWEST: (root) => plain.posts.get(root)?.createdAt ?? 0,
  };
  for (const [orderBy, rank] of Object.entries(ranks)) {
    const expected = [...roots]
      .sort((a, b) => rank(b) - rank(a) || b - a)
      .map((root) => ({ root: named(root) }));
    expect(await pages(orderBy, true)).toEqual(expected);
    expect(await pages(orderBy, false)).toEqual(expected);
  }
  const { account: counted } = await asked(
    `query ($handle: String!) { account(handle: $handle) { conversations { totalCount } } }`,
    {
      handle: account.handle,
    },
  );
  expect(counted.conversations.totalCount).toBe(roots.length);
}

/** The account's conversations, in pages of two, from either end. */
async function pages(orderBy: string, forwards: boolean): Promise<readonly unknown[]> {
  const nodes: unknown[] = [];
  for (let cursor: string | null = null; ; ) {
    const args = forwards ? 'first: 2, after: $cursor' : 'last: 2, before: $cursor';
    const { account: read } = await asked(
      `query ($handle: String!, $orderBy: ConversationOrder!, $cursor: String) { account(handle: $handle) {
        conversations(orderBy: $orderBy, ${args}) { nodes { root { platformId } }
          pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`,
      { handle: account.handle, orderBy, cursor },
    );
    const { nodes: page, pageInfo } = read.conversations;
    if (forwards) nodes.push(...page);
    else nodes.unshift(...page);
    if (!(forwards ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) return nodes;
    cursor = forwards ? pageInfo.endCursor : pageInfo.startCursor;
  }
}
