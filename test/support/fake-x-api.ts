import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TokenBook } from './fake-x-api-pages.ts';
import type { Family } from './fake-x-api-routes.ts';
import { checkParameters, Refused, selectionOf, type Wording } from './fake-x-api-rules.ts';
import { answerTo, familyOf } from './fake-x-api-routes.ts';
import {
  type FakeAnswer,
  type Fault,
  FaultQueue,
  sendAnswer,
  type XPost,
  type XUser,
} from './fake-x-world.ts';

/** What the fake serves, and how it differs from X's normal behaviour. */
export type FakeXApiOptions = {
  readonly users: readonly XUser[];
  readonly posts: readonly XPost[];
  /** Default `secret`. */
  readonly token?: string;
  /** The accepted vocabularies. Default: both. */
  readonly wordings?: readonly Wording[];
  /** Requests per window, when they differ from X's. */
  readonly limits?: Partial<Record<Family, number>>;
  /** Default: a quarter of an hour. */
  readonly windowMs?: number;
  /** Default: the clock. */
  readonly now?: () => number;
};

/** X's app limits per quarter-hour. */
const limitsOfX: Readonly<Record<Family, number>> = {
  userByHandle: 300,
  users: 300,
  timeline: 10_000,
  search: 450,
  counts: 300,
  lookup: 3_500,
  post: 450,
};

/** A received request. */
export type FakeRequest = {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
};

/** A local stand-in for X's API. */
export type FakeXApi = {
  /** The value for `baseUrl`; the client appends `/2/…`. */
  readonly url: string;
  readonly token: string;
  /** All requests so far. */
  readonly requests: FakeRequest[];
  /** Faults of the next requests. */
  readonly faults: FaultQueue;
  setPosts(posts: readonly XPost[]): void;
  setUsers(users: readonly XUser[]): void;
  close(): Promise<void>;
};

/** Starts a fake of X's API on 127.0.0.1, as strict as the specification. */
export async function startFakeXApi(options: FakeXApiOptions): Promise<FakeXApi> {
  const { token = 'secret', wordings = ['tweet', 'post'], now = Date.now, windowMs = 900_000 } = options;
  const world = { users: byId(options.users), posts: byId(options.posts) };
  const requests: FakeRequest[] = [];
  const faults = new FaultQueue();
  const counts = new Map<Family, { used: number; resetAt: number }>();
  const tokens = new TokenBook();
  let previous: FakeAnswer | null = null;

  const answer = (request: IncomingMessage, url: URL): FakeAnswer => {
    const path = url.pathname.replace(/^.*?\/2\//, '');
    const family = familyOf(path);
    const { headers, isOver } = family === null ? { headers: {}, isOver: false } : count(family);
    if (request.headers.authorization !== `Bearer ${token}`) return problem(401, 'Unauthorized', headers);
    if (family === null) return problem(404, 'Not Found', headers);
    if (isOver) return problem(429, 'Too Many Requests', headers);
    try {
      checkParameters(path, url.searchParams, wordings);
      const selection = selectionOf(url.searchParams, wordings);
      const body = answerTo({ world, path, query: url.searchParams, selection, tokens, now: now() });
      return { status: 200, body, headers };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const body = {
        errors: [{ parameters: error.parameters, message: error.message }],
        title: 'Invalid Request',
        detail: 'One or more parameters to your request was invalid.',
        type: 'https://api.twitter.com/2/problems/invalid-request',
      };
      return { status: 400, body, headers };
    }
  };

  const count = (family: Family) => {
    const limit = options.limits?.[family] ?? limitsOfX[family];
    const known = counts.get(family);
    const window = known && known.resetAt > now() ? known : { used: 0, resetAt: now() + windowMs };
    counts.set(family, window);
    window.used += 1;
    const headers: Record<string, string> = {
      'x-rate-limit-limit': String(limit),
      'x-rate-limit-remaining': String(Math.max(0, limit - window.used)),
      'x-rate-limit-reset': String(Math.ceil(window.resetAt / 1_000)),
    };
    return { headers, isOver: window.used > limit };
  };

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://fake');
    const query = Object.fromEntries(url.searchParams);
    requests.push({ path: url.pathname, query, headers: request.headers });
    const fault = faults.take(url.pathname);
    const truth = answer(request, url);
    const told = fault.kind === 'alter' ? fault.change(truth, previous) : truth;
    previous = told;
    sendAnswer(response, told, fault);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // safe: it listens on a port
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    requests,
    faults,
    setPosts: (posts) => {
      world.posts = byId(posts);
    },
    setUsers: (users) => {
      world.users = byId(users);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function byId<T extends { readonly id: string }>(list: readonly T[]): ReadonlyMap<string, T> {
  return new Map(list.map((one) => [one.id, one]));
}

function problem(status: number, title: string, headers: Readonly<Record<string, string>>): FakeAnswer {
  return { status, body: { title, detail: title, type: 'about:blank', status }, headers };
}

type Body = Record<string, unknown>;

/** A fault that changes the JSON of a good answer. */
export function changed(change: (body: Body) => object, times = 1): Fault {
  return {
    kind: 'alter',
    times,
    change: (answer) => ({ ...answer, body: change(answer.body as Body) }),
  };
}

/** An empty page although there are posts, as X sends it for expired keys and bans. */
export const emptySuccess = (times = 1): Fault => changed(() => ({ meta: { result_count: 0 } }), times);

/** A page whose token leads to itself. */
export const sameToken = (token: string, times = 1): Fault =>
  changed((body) => ({ ...body, meta: { ...(body.meta as Body), next_token: token } }), times);

/** The previous page's posts again, with this page's own token. */
export const repeatedPage = (times = 1): Fault => ({
  kind: 'alter',
  times,
  change: (answer, previous) => {
    const { meta, ...posts } = (previous ?? answer).body as Body;
    return {
      ...answer,
      body: { ...posts, meta: { ...(meta as Body), ...((answer.body as Body).meta as Body) } },
    };
  },
});
