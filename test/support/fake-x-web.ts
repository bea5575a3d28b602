import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type FakePost,
  type FakeUser,
  type FakeWorld,
  resultObject,
  userObject,
  type XWebShape,
} from './x-web-objects.ts';
import { detailAnswer, offsetOf, searchAnswer, timelineAnswer } from './x-web-timelines.ts';

/** A fault of one of the next requests. It replaces the answer, or is in the page that the request gets. */
export type FakeFault =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  /** No answer; the connection closed in the middle of the body; the connection reset; an HTML page with status 200. */
  | 'hang'
  | 'cut'
  | 'reset'
  | 'html'
  /** `{ data: {} }`, a timeline without any entries. */
  | 'empty'
  | 'no-entries'
  /** A page without a Bottom cursor, with the cursor that was sent, or the previous page again. */
  | 'no-bottom'
  | 'same-cursor'
  | 'repeat'
  /** No fault for one request. */
  | 'none';

/** A received request. */
export type FakeRequest = {
  /** The last part of the path, or `robots.txt`. */
  readonly operation: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly headers: IncomingMessage['headers'];
  readonly at: number;
};

/** The part of X's web API that the scraper uses. */
export type FakeXWeb = {
  readonly url: string;
  readonly requests: FakeRequest[];
  /** Each request takes the next fault, except requests for robots.txt. */
  readonly faults: FakeFault[];
  setPosts(posts: readonly FakePost[]): void;
  setUsers(users: readonly FakeUser[]): void;
  close(): Promise<void>;
};

/** Options of the fake. */
export type FakeXWebOptions = {
  readonly users: readonly FakeUser[];
  readonly posts: readonly FakePost[];
  /** The accepted login; null: only guests. */
  readonly cookies?: { readonly auth_token: string; readonly ct0: string } | null;
  readonly shape?: XWebShape;
  /** `broken` answers 503. Default `allow`. */
  readonly robots?: 'allow' | 'forbid' | 'forbid-larkstat' | 'missing' | 'broken';
  /** Default 20, X's size for every request. */
  readonly pageSize?: number;
  /** Guests see an account's posts sorted by likes, not by time. */
  readonly guestsSeeSelection?: boolean;
  /** Shown between an account's posts. */
  readonly promoted?: FakePost;
  /** Requests of one operation until X refuses, and when the count restarts (ms since 1970). */
  readonly rateLimit?: { readonly limit: number; readonly resetAt: number };
};

const robotsFiles = {
  allow: 'User-agent: *\nDisallow: /search\n',
  forbid: 'User-agent: *\nDisallow: /\n',
  'forbid-larkstat': 'User-agent: *\nAllow: /\n\nUser-agent: larkstat\nDisallow: /graphql/\n',
} as const;

/** Starts the fake on its own port. It answers by operation name; any query id is accepted. */
export async function startFakeXWeb(options: FakeXWebOptions): Promise<FakeXWeb> {
  const { cookies = null, shape = '2026', robots = 'allow', pageSize = 20 } = options;
  let world: FakeWorld = { shape, users: options.users, posts: options.posts };
  const requests: FakeRequest[] = [];
  const faults: FakeFault[] = [];
  const counts = new Map<string, number>();
  let lastPage = 0;

  const server = createServer((request, response) => {
    answer(request, response).catch((cause: unknown) => {
      response.writeHead(599, { 'content-type': 'text/plain' }).end(String(cause));
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake');
    const operation = url.pathname.split('/').at(-1) ?? '';
    const body = await bodyOf(request);
    const query =
      body === '' ? url.searchParams.get('variables') : JSON.stringify(JSON.parse(body).variables);
    const variables = operation === 'robots.txt' ? {} : JSON.parse(query ?? 'no variables');
    requests.push({ operation, variables, headers: request.headers, at: Date.now() });
    if (operation === 'robots.txt') return serveRobots(response);
    const fault = faults.shift() ?? 'none';
    const limit = rateLimitHeaders(operation);
    const refused = limit.exceeded ? { status: 429, body: 'Rate limit exceeded' } : refusal(request);
    if (refused !== null) return send(response, refused.status, refused.body, limit.headers);
    if (fault === 'hang') return;
    if (fault === 'reset') return void request.socket.resetAndDestroy();
    if (fault === 'html') return send(response, 200, '<!DOCTYPE html><title>X</title>', limit.headers);
    if (typeof fault === 'object') {
      return send(response, fault.status, fault.body ?? '', { ...limit.headers, ...fault.headers });
    }
    const json = fault === 'empty' ? { data: {} } : dataOf(operation, variables, fault, isLoggedIn(request));
    if (json === null) return send(response, 404, '', limit.headers);
    if (fault !== 'cut') return send(response, 200, json, limit.headers);
    const text = JSON.stringify(json);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length * 2 });
    response.write(text.slice(0, text.length / 2), () => request.socket.destroy());
  }

  function dataOf(
    operation: string,
    variables: Readonly<Record<string, unknown>>,
    fault: FakeFault,
    loggedIn: boolean,
  ): object | null {
    const cursor = typeof variables.cursor === 'string' ? variables.cursor : null;
    const offset = fault === 'repeat' ? lastPage : offsetOf(cursor);
    lastPage = offset;
    const page = {
      offset: fault === 'no-entries' ? world.posts.length : offset,
      size: pageSize,
      cursor,
      fault: fault === 'no-bottom' || fault === 'same-cursor' ? fault : null,
    };
    const byId = (id: unknown) => world.posts.find((post) => post.id === id);
    switch (operation) {
      case 'UserByScreenName': {
        const handle = String(variables.screen_name).toLowerCase();
        const user = world.users.find((one) => one.handle.toLowerCase() === handle);
        if (user === undefined) return { data: {} };
        return { data: { user: { result: user.suspended ? suspended : userObject(world, user) } } };
      }
      case 'UserTweetsAndReplies': {
        const user = world.users.find(({ id }) => id === variables.userId);
        if (user === undefined) return { data: { user: {} } };
        if (user.suspended) return { data: { user: { result: suspended } } };
        if (user.protected && !loggedIn) {
          return { data: { user: { result: { __typename: 'User', timeline: {} } } } };
        }
        const byLikes = !loggedIn && options.guestsSeeSelection === true;
        return timelineAnswer(world, user, { ...page, byLikes, promoted: options.promoted ?? null });
      }
      case 'SearchTimeline':
        if (!loggedIn) throw new Error('a guest searched');
        if (variables.product !== 'Latest') throw new Error('only the latest are searched for');
        return searchAnswer(world, String(variables.rawQuery), page);
      case 'TweetDetail': {
        const post = byId(variables.focalTweetId);
        return post === undefined ? noSuchPost : detailAnswer(world, post);
      }
      case 'TweetResultByRestId': {
        const post = byId(variables.tweetId);
        return { data: { tweetResult: post === undefined ? {} : { result: resultObject(world, post) } } };
      }
      default:
        return null;
    }
  }

  /** Refusals that do not depend on the query. */
  function refusal(request: IncomingMessage): { readonly status: number; readonly body: object } | null {
    if (request.headers.authorization === undefined) {
      return { status: 401, body: { errors: [{ code: 215, message: 'Bad Authentication data.' }] } };
    }
    const sent = cookiesOf(request);
    if (!sent.has('auth_token')) return null;
    if (cookies === null || sent.get('auth_token') !== cookies.auth_token) {
      return { status: 401, body: { errors: [{ code: 32, message: 'Could not authenticate you' }] } };
    }
    if (request.headers['x-csrf-token'] === cookies.ct0) return null;
    const message = 'This request requires a matching csrf cookie and header.';
    return { status: 403, body: { errors: [{ code: 353, message }] } };
  }

  function isLoggedIn(request: IncomingMessage): boolean {
    return cookiesOf(request).has('auth_token');
  }

  function rateLimitHeaders(operation: string) {
    const { limit = 500, resetAt = Date.now() + 900_000 } = options.rateLimit ?? {};
    const count = (counts.get(operation) ?? 0) + 1;
    counts.set(operation, count);
    return {
      exceeded: count > limit,
      headers: {
        'x-rate-limit-limit': String(limit),
        'x-rate-limit-remaining': String(Math.max(limit - count, 0)),
        'x-rate-limit-reset': String(Math.ceil(resetAt / 1_000)),
      },
    };
  }

  function serveRobots(response: ServerResponse): void {
    if (robots === 'missing') send(response, 404, 'Not found', {});
    else if (robots === 'broken') send(response, 503, 'Over capacity', {});
    else send(response, 200, robotsFiles[robots], { 'content-type': 'text/plain' });
  }

  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo; // safe: it listens on a port
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    faults,
    setPosts: (posts) => {
      world = { ...world, posts };
    },
    setUsers: (users) => {
      world = { ...world, users };
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

const suspended = { __typename: 'UserUnavailable', message: 'User is suspended', reason: 'Suspended' };
const noSuchPost = {
  errors: [{ code: 144, message: '_Missing: No status found with that ID.', kind: 'NonFatal' }],
  data: {},
};

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): void {
  const isText = typeof body === 'string';
  const type = isText ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8';
  response.writeHead(status, { 'content-type': type, ...headers });
  response.end(isText ? body : JSON.stringify(body));
}

function cookiesOf(request: IncomingMessage): ReadonlyMap<string, string> {
  const pairs = (request.headers.cookie ?? '').split('; ').filter((pair) => pair.includes('='));
  return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}
