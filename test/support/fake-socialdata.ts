import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A user of the fake service. */
export type FakeUser = {
  readonly id: string;
  readonly handle: string;
  /** Overrides for keys of the served user object. */
  readonly wire?: Readonly<Record<string, unknown>>;
  /** Its timeline works, but search does not find it. */
  readonly shadowBanned?: boolean;
  /** Ids of others' posts that its timeline shows as advertisements. */
  readonly promoted?: readonly string[];
};

/** A post of the fake service; the text is unescaped. */
export type FakePost = {
  readonly id: string;
  /** The id of the user who wrote it. */
  readonly by: string;
  readonly text?: string;
  /** Milliseconds since 1970; default: the time in the id. */
  readonly at?: number;
  readonly replyTo?: string;
  readonly repostOf?: string;
  readonly quotes?: string;
  readonly pinned?: boolean;
  readonly likes?: number;
  /** Overrides for keys of the served tweet object. */
  readonly wire?: Readonly<Record<string, unknown>>;
};

/** A fault of a request. */
export type Fault = {
  /** How many requests; default 1. */
  readonly times?: number;
  /** Only for requests of this path. */
  readonly of?: string;
} & (
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'html'; readonly status: number }
  /** No fault. */
  | { readonly kind: 'none' }
  /** Nothing is sent; the connection stays open. */
  | { readonly kind: 'hang' }
  /** Half of the body, then the connection closes. */
  | { readonly kind: 'cut' }
  /** Half of the body, as if it were complete. */
  | { readonly kind: 'half' }
  | { readonly kind: 'reset' }
  /** A page without tweets and without a cursor. */
  | { readonly kind: 'empty' }
  /** Returns the cursor that was sent. */
  | { readonly kind: 'same-cursor' }
  /** The first page again, with a new cursor. */
  | { readonly kind: 'same-page' }
  /** The page's oldest tweet first. */
  | { readonly kind: 'upside-down' }
  /** The second and the third page are swapped. */
  | { readonly kind: 'swapped-pages' }
);

export type SeenRequest = {
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
};

export type FakeOptions = {
  readonly users: readonly FakeUser[];
  readonly posts: readonly FakePost[];
  /** Default `test-key`. */
  readonly key?: string;
  /** Default 120. */
  readonly requestsPerMinute?: number;
  /** Results after which a search ends; default 100. */
  readonly searchLimit?: number;
  /** How the last page shows the end; by default each way in turn. */
  readonly ending?: Ending;
};

/** The cursor is null, missing, or leads to an empty page. */
type Ending = 'null' | 'absent' | 'empty-page';
const endings: readonly Ending[] = ['null', 'absent', 'empty-page'];

export type FakeSocialData = {
  readonly url: string;
  /** Every received request, in order. */
  readonly requests: SeenRequest[];
  /** Faults for the next requests, in order; push to it. */
  readonly faults: Fault[];
  setPosts(posts: readonly FakePost[]): void;
  close(): Promise<void>;
};

const pageSize = 20;

/** A local SocialData.tools that answers like `api.socialdata.tools`. */
export async function startFakeSocialData(options: FakeOptions): Promise<FakeSocialData> {
  const world = createWorld(options);
  const requests: SeenRequest[] = [];
  const faults: Fault[] = [];
  const times: number[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://fake');
    const seen = { path: url.pathname, parameters: Object.fromEntries(url.searchParams) };
    requests.push(seen);
    const fault = nextFault(faults, url.pathname);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    const answer =
      refusal(request, times, options) ?? faultyAnswer(fault) ?? world.answer(seen, fault?.kind ?? null);
    send(response, answer, fault?.kind ?? null);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // safe: it listens on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    faults,
    setPosts: world.setPosts,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Answer = {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

const problem = (status: number, message: string): Answer => ({ status, body: { status: 'error', message } });

function nextFault(faults: Fault[], path: string): Fault | null {
  const at = faults.findIndex(({ of }) => of === undefined || of === path);
  const [fault] = at < 0 ? [] : faults.splice(at, 1);
  if (fault === undefined) return null;
  const times = (fault.times ?? 1) - 1;
  if (times > 0) faults.splice(at, 0, { ...fault, times });
  return fault;
}

function refusal(request: IncomingMessage, times: number[], options: FakeOptions): Answer | null {
  const { key = 'test-key', requestsPerMinute = 120 } = options;
  if (request.headers.authorization !== `Bearer ${key}`) return problem(401, 'Unauthenticated.');
  const recent = times.filter((at) => at > Date.now() - 60_000).length;
  if (recent >= requestsPerMinute) return problem(429, 'Too Many Attempts.');
  times.push(Date.now());
  return null;
}

function faultyAnswer(fault: Fault | null): Answer | null {
  if (fault?.kind === 'answer') return fault;
  if (fault?.kind === 'html') return { status: fault.status, body: '<html><body>Bad gateway</body></html>' };
  if (fault?.kind === 'empty') return { status: 200, body: { next_cursor: null, tweets: [] } };
  return null;
}

function send(response: ServerResponse, { status, body, headers }: Answer, fault: Fault['kind'] | null) {
  const isText = typeof body === 'string';
  const text = isText ? body : JSON.stringify(body);
  const bytes = Buffer.from(text);
  const half = bytes.subarray(0, bytes.length / 2);
  response.writeHead(status, {
    'content-type': isText ? 'text/html' : 'application/json',
    'content-length': fault === 'half' ? half.length : bytes.length,
    ...headers,
  });
  if (fault === 'cut') response.write(half, () => response.destroy());
  else response.end(fault === 'half' ? half : bytes);
}

type Wire = Record<string, unknown>;

function createWorld(options: FakeOptions) {
  const { users, searchLimit = 100 } = options;
  const usersById = new Map(users.map((user) => [user.id, user]));
  let posts = new Map<string, FakePost>();
  const setPosts = (given: readonly FakePost[]) => {
    posts = new Map(given.map((post) => [post.id, post]));
  };
  setPosts(options.posts);
  const newestFirst = () => [...posts.values()].sort((a, b) => (BigInt(a.id) > BigInt(b.id) ? -1 : 1));
  const lists = createLists(options.ending ?? null);

  const tweet = (post: FakePost, isSearch = false): Wire => {
    const { id, is_pinned, ...rest } = tweetOf(post, posts, usersById);
    // Search results have neither key.
    return isSearch ? rest : { id, is_pinned, ...rest };
  };

  function timeline(user: FakeUser, withReplies: boolean): Wire[] {
    const own = newestFirst().filter((post) => post.by === user.id && (withReplies || !post.replyTo));
    const pinned = own.filter((post) => post.pinned);
    const shown = [...pinned, ...own.filter((post) => !post.pinned)];
    const promoted = (user.promoted ?? []).flatMap((id) => posts.get(id) ?? []);
    shown.splice(3, 0, ...promoted);
    return shown.map((post) => tweet(post));
  }

  function search(query: string, type: string): Wire[] {
    const isMatch = matcher(query, posts, usersById);
    const found = newestFirst().filter((post) => isMatch(post));
    if (type === 'Top') found.sort((a, b) => (b.likes ?? 0) - (a.likes ?? 0));
    return found.slice(0, searchLimit).map((post) => tweet(post, true));
  }

  function answer({ path, parameters }: SeenRequest, fault: Fault['kind'] | null): Answer {
    const { cursor = null } = parameters;
    const page = (key: string, tweets: Wire[], form: CursorForm = 'base64') =>
      lists.page({ key, tweets, cursor, form, fault });
    const [, scope, kind, name = '', list] = path.split('/');
    if (scope !== 'twitter') return { status: 404, body: '<html>Not Found</html>' };
    if (kind === 'search') {
      const { query = '', type = 'Latest' } = parameters;
      if (query === '') return problem(422, 'The query field is required.');
      return page(`search ${type} ${query}`, search(query, type));
    }
    if (kind === 'user') {
      const isId = /^\d+$/.test(name);
      const user = isId
        ? usersById.get(name)
        : users.find(({ handle }) => handle.toLowerCase() === name.toLowerCase());
      if (list !== undefined && !isId) return problem(422, 'The user id must be an integer.');
      if (user === undefined) return problem(404, 'User not found');
      if (list === undefined) return { status: 200, body: userOf(user, newestFirst()) };
      const isHidden = user.wire?.protected === true;
      return page(path, isHidden ? [] : timeline(user, list === 'tweets-and-replies'));
    }
    const id = kind === 'statuses' ? parameters.id : name;
    const post = posts.get(id ?? '');
    if (post === undefined || usersById.get(post.by)?.wire?.protected === true) {
      return problem(404, 'Tweet not found');
    }
    if (list !== 'comments') return { status: 200, body: tweet(post) };
    if (post.replyTo) return problem(422, 'Comments are available for top-level tweets only.');
    const comments = newestFirst().filter((reply) => reply.replyTo === post.id);
    return page(
      path,
      comments.map((reply) => tweet(reply)),
      'number',
    );
  }

  return { answer, setPosts };
}

type CursorForm = 'base64' | 'number';

/** Serves lists in pages, with opaque cursors. */
function createLists(ending: Ending | null) {
  const cursors = new Map<string, { readonly key: string; readonly page: number }>();
  let ended = 0;
  const newCursor = (key: string, page: number, form: CursorForm) => {
    const number = cursors.size + 1;
    const cursor =
      form === 'number' ? `${9_007_199_254_740_993n + BigInt(number)}` : `DAAC+CgAC/GC12${number}+AAA/w==`;
    cursors.set(cursor, { key, page });
    return cursor;
  };
  return {
    page(asked: {
      readonly key: string;
      readonly tweets: readonly Wire[];
      readonly cursor: string | null;
      readonly form: CursorForm;
      readonly fault: Fault['kind'] | null;
    }): Answer {
      const { key, cursor, fault } = asked;
      const known = cursor === null ? { key, page: 0 } : cursors.get(cursor);
      if (known === undefined || known.key !== key) return problem(422, 'The cursor is invalid.');
      const number = fault === 'same-page' ? 0 : known.page;
      const shown = fault === 'swapped-pages' && (number === 1 || number === 2) ? 3 - number : number;
      const tweets = asked.tweets.slice(shown * pageSize, (shown + 1) * pageSize);
      if (fault === 'upside-down') tweets.reverse();
      const next = () => newCursor(key, known.page + 1, asked.form);
      if (fault === 'same-cursor') return { status: 200, body: { next_cursor: cursor ?? next(), tweets } };
      const isLast = (number + 1) * pageSize >= asked.tweets.length && fault !== 'same-page';
      if (!isLast) return { status: 200, body: { next_cursor: next(), tweets } };
      const way = tweets.length === 0 ? 'null' : (ending ?? endings[ended++ % endings.length]);
      if (way === 'absent') return { status: 200, body: { tweets } };
      return { status: 200, body: { next_cursor: way === 'null' ? null : next(), tweets } };
    },
  };
}

/** Returns a function that checks whether an X query finds a post. Supports words and larkstat's operators. */
function matcher(query: string, posts: ReadonlyMap<string, FakePost>, users: ReadonlyMap<string, FakeUser>) {
  const operators = new Map<string, string>();
  const words = query
    .replace(/(\w+):(\S+)/g, (_, name: string, value: string) => {
      operators.set(name, value);
      return '';
    })
    .replace(/[()]/g, '')
    .split(/\sOR\s/)
    .map((alternative) => alternative.toLowerCase().split(/\s+/).filter(Boolean));
  return (post: FakePost): boolean => {
    const author = users.get(post.by);
    const [from, since, max, conversation] = ['from', 'since_id', 'max_id', 'conversation_id'].map((name) =>
      operators.get(name),
    );
    if (author === undefined || author.shadowBanned || author.wire?.protected === true) return false;
    if (from !== undefined && author.handle.toLowerCase() !== from.toLowerCase()) return false;
    if (since !== undefined && BigInt(post.id) <= BigInt(since)) return false;
    if (max !== undefined && BigInt(post.id) > BigInt(max)) return false;
    if (conversation !== undefined && rootOf(post, posts) !== conversation) return false;
    if (post.repostOf && operators.get('include') !== 'nativeretweets') return false;
    const text = (post.text ?? '').toLowerCase();
    return words.some((alternative) => alternative.every((word) => text.includes(word)));
  };
}

function rootOf(post: FakePost, posts: ReadonlyMap<string, FakePost>): string {
  const parent = post.replyTo === undefined ? undefined : posts.get(post.replyTo);
  return parent === undefined ? (post.replyTo ?? post.id) : rootOf(parent, posts);
}

/** The user object of a user; its count of posts is the number of its posts in `posts`. */
export function userOf(user: FakeUser, posts: readonly FakePost[] = []): Wire {
  return {
    id: Number(user.id),
    id_str: user.id,
    name: `The ${user.handle}`,
    screen_name: user.handle,
    location: null,
    url: null,
    description: `Posts of ${user.handle} &amp; others`,
    protected: false,
    verified: true,
    followers_count: 1_000,
    friends_count: 50,
    listed_count: 1,
    favourites_count: 7,
    statuses_count: posts.filter((post) => post.by === user.id).length,
    created_at: '2009-06-02T20:12:29.000000Z',
    profile_banner_url: null,
    profile_image_url_https: `https://pbs.twimg.com/profile_images/${user.id}/a_normal.jpg`,
    can_dm: false,
    ...user.wire,
  };
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The tweet object of a post. Its numeric `id` is rounded, as after parsing and printing JSON. */
export function tweetOf(
  post: FakePost,
  posts: ReadonlyMap<string, FakePost>,
  users: ReadonlyMap<string, FakeUser>,
): Wire {
  const number = BigInt(post.id);
  const at =
    post.at ?? (number > 2n ** 40n ? Number(number >> 22n) + 1_288_834_974_657 : Date.UTC(2010, 0, 1));
  const time = new Date(at).toISOString().slice(0, 19);
  const embed = (id: string | undefined) => {
    const embedded = id === undefined ? undefined : posts.get(id);
    return embedded === undefined ? null : tweetOf(embedded, posts, users);
  };
  const original = post.repostOf === undefined ? undefined : posts.get(post.repostOf);
  const parent = post.replyTo === undefined ? undefined : posts.get(post.replyTo);
  const parentUser = parent && users.get(parent.by);
  const author = users.get(post.by);
  if (author === undefined) throw new Error(`the fake has no user ${post.by}, who wrote ${post.id}`);
  const text = original
    ? `RT @${users.get(original.by)?.handle}: ${original.text ?? ''}`.slice(0, 139)
    : (post.text ?? `post ${post.id}`);
  return {
    id: Number(post.id),
    id_str: post.id,
    tweet_created_at: number % 2n === 0n ? `${time}.000000Z` : `${time}+00:00`,
    text: null,
    full_text: escaped(text),
    source: '<a href="https://mobile.twitter.com" rel="nofollow">Twitter Web App</a>',
    truncated: false,
    is_quote_status: post.quotes !== undefined,
    is_pinned: post.pinned ?? false,
    in_reply_to_status_id: parent ? Number(parent.id) : null,
    in_reply_to_status_id_str: post.replyTo ?? null,
    in_reply_to_user_id: parentUser ? Number(parentUser.id) : null,
    in_reply_to_user_id_str: parentUser?.id ?? null,
    in_reply_to_screen_name: parentUser?.handle ?? null,
    quoted_status_id: post.quotes ? Number(post.quotes) : null,
    quoted_status_id_str: post.quotes ?? null,
    quoted_status: embed(post.quotes),
    retweeted_status: embed(post.repostOf),
    favorite_count: post.likes ?? 1,
    retweet_count: 2,
    reply_count: 3,
    quote_count: 4,
    bookmark_count: number % 5n === 0n ? null : 5,
    views_count: number % 3n === 0n ? null : 600,
    lang: 'en',
    entities: { hashtags: [], symbols: [], urls: [], user_mentions: [] },
    user: userOf(author, [...posts.values()]),
    ...post.wire,
  };
}
