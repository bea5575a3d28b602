import type { Scraper } from '@the-convocation/twitter-scraper';
import { redact } from '../../shared/secrets.ts';
import { isWire, listOf, type Wire } from '../x/json.ts';
import { AnswerError } from '../net/answer-error.ts';
import { fetchJson, fetchText, type JsonAnswer } from '../net/fetch-answer.ts';
import { resetTime } from '../net/reset-time.ts';
import { ProviderError } from '../provider-error.ts';
import { temporaryFailure, limitEnd, type RateLimit, refusal, refusalInside, unusable } from './failures.ts';
import { createRobots } from './robots.ts';
import { createTurns, type Sleep } from './turns.ts';

/** X's own names of the requests, the last part of the path. Only these are stable; the ids before them change. */
export type Operation = 'UserByScreenName' | 'UserTweetsAndReplies' | 'SearchTimeline' | 'TweetDetail';

/** Posts per request, as in the library; X mostly returns about 20. */
export const pageSizes = { timeline: 40, search: 50, replies: 50 } as const;

/** Options of the requests to X. */
type SessionOptions = {
  /** As in a Cookie header, with auth_token and ct0; without both, it is a guest. */
  readonly cookies: string | null;
  /** Replaces the origin of every request; null: X itself. */
  readonly baseUrl: string | null;
  readonly spacingMs: number;
  readonly robots: 'respect' | 'ignore';
  readonly requestTimeoutMs: number;
  readonly now: () => number;
  readonly sleep?: Sleep | undefined;
};

/** The web client's requests to X. Each returns the JSON as served, which has data, or throws a ProviderError. */
export type Session = {
  readonly loggedIn: boolean;
  user(handle: string, signal: AbortSignal): Promise<Wire>;
  timeline(userId: string, page: PageOf, signal: AbortSignal): Promise<Wire>;
  search(query: string, page: PageOf, signal: AbortSignal): Promise<Wire>;
  /** Requests a post with its conversation; guests get the post alone. */
  post(id: string, signal: AbortSignal): Promise<Wire>;
  /** When X's rate limit for this operation ends, in ms since 1970; null when there is room now. */
  limitedUntil(operation: Operation): number | null;
};

type PageOf = { readonly count: number; readonly cursor: string | null };

/** One request and its outcome. */
type Exchange = {
  readonly cursor: string | null;
  readonly signal: AbortSignal;
  answer: (JsonAnswer & { readonly limit: RateLimit }) | null;
  failure: unknown;
};

/**
 * Creates a session on top of the library, which knows the web client's paths, features, tokens and cookies. X's
 * answers are read here, because the library drops figures, hides errors and does not know the current format. The
 * library gets an empty answer with the status and headers of the real one.
 */
export function createSession(options: SessionOptions): Session {
  const { now, requestTimeoutMs } = options;
  const turns = createTurns(options);
  const robots = createRobots(now);
  const jar = cookieJarOf(options.cookies);
  const loggedIn = jar.length > 0;
  const limits = new Map<string, number>();
  let scraper: Promise<Library> | null = null;
  let exchange: Exchange | null = null;

  /** Replaces the library's `fetch`, so that every request goes through here. */
  const send = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const current = inProgress(exchange);
    const url = withCursor(rebased(urlOf(input), options.baseUrl), current.cursor);
    const { signal } = current;
    if (options.robots === 'respect') {
      await robots(url.href, async (robotsUrl) => {
        await turns.space(signal);
        return readRobots(robotsUrl, { signal, timeoutMs: requestTimeoutMs });
      });
    }
    await turns.space(signal);
    const { method = 'GET', headers = {} } = init;
    const body = typeof init.body === 'string' ? init.body : null;
    const answer = await fetchJson({ url, method, headers, body, signal, timeoutMs: requestTimeoutMs });
    const limit = rateLimitOf(answer.headers);
    noteLimit(url.pathname.split('/').at(-1) ?? '', answer.status, limit);
    current.answer = { ...answer, limit };
    return withoutBody(answer);
  };

  function noteLimit(operation: string, status: number, limit: RateLimit): void {
    const end = limit.remaining === 0 ? resetTime(limit.resetAt ?? 0, now()) : null;
    if (status === 429) limits.set(operation, limitEnd(limit, now()));
    else if (end !== null) limits.set(operation, end);
    else limits.delete(operation);
  }

  /** Sends one request. The library's result of the empty answer (an error, or no posts) is ignored. */
  const ask = (cursor: string | null, signal: AbortSignal, call: (library: Library) => Promise<unknown>) =>
    turns.take(signal, async () => {
      scraper ??= openLibrary(jar, guarded(send));
      const library = await scraper;
      const current: Exchange = { cursor, signal, answer: null, failure: null };
      exchange = current;
      try {
        await call(library);
      } catch (cause) {
        current.failure ??= cause;
      } finally {
        exchange = null;
      }
      signal.throwIfAborted();
      return read(current);
    });

  /** Records the thrown error, since the library sometimes replaces it with one of its own. */
  function guarded(ask: typeof send): typeof send {
    return async (input, init) => {
      try {
        return await ask(input, init);
      } catch (cause) {
        if (exchange !== null) exchange.failure = cause;
        throw cause;
      }
    };
  }

  function read({ answer, failure }: Exchange): Wire {
    if (failure instanceof ProviderError) throw failure;
    if (failure instanceof AnswerError) throw unusable(failure);
    if (answer === null) throw temporaryFailure('the library sent no request', failure);
    if (answer.status < 200 || answer.status >= 300) throw refusal({ ...answer, loggedIn, now: now() });
    const json = objectOf(answer);
    const errors = listOf(json.errors);
    if (errors.length > 0 && !hasData(json)) throw refusalInside(errors, now());
    return json;
  }

  return {
    loggedIn,
    user: (handle, signal) => ask(null, signal, ({ scraper: x }) => x.getProfile(handle)),
    timeline: (userId, { count, cursor }, signal) =>
      // The library pages only inside its own endless loop, so only its first page is used, with our cursor.
      ask(cursor, signal, ({ scraper: x }) => x.getTweetsAndRepliesByUserId(userId, count).next()),
    search: (query, { count, cursor }, signal) =>
      ask(null, signal, ({ scraper: x, latest }) =>
        x.fetchSearchTweets(query, count, latest, cursor ?? undefined),
      ),
    post: (id, signal) => ask(null, signal, ({ scraper: x }) => x.getTweet(id)),
    limitedUntil(operation) {
      const until = limits.get(operation);
      return until === undefined || until <= now() ? null : until;
    },
  };
}

type Fetch = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;
type Library = {
  readonly scraper: Scraper;
  readonly latest: Parameters<Scraper['fetchSearchTweets']>[2];
};

/** Loaded on first use: the library is large, and shuffles the TLS ciphers of the process with every request. */
async function openLibrary(jar: readonly string[], send: Fetch): Promise<Library> {
  const { ErrorRateLimitStrategy, Scraper, SearchMode } = await import('@the-convocation/twitter-scraper');
  // The library's default strategy waits for minutes, or retries in a tight loop.
  const scraper = new Scraper({ fetch: send, rateLimitStrategy: new ErrorRateLimitStrategy() });
  if (jar.length > 0) await scraper.setCookies([...jar]);
  return { scraper, latest: SearchMode.Latest };
}

/** Returns the cookies as Set-Cookie headers; none when one of the two login cookies is missing. */
function cookieJarOf(cookies: string | null): readonly string[] {
  const pairs = (cookies ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => /^[^=\s]+=./.test(pair));
  const names = new Set(pairs.map((pair) => pair.slice(0, pair.indexOf('='))));
  if (!names.has('auth_token') || !names.has('ct0')) return [];
  return pairs.map((pair) => `${pair}; Domain=.x.com; Path=/; Secure`);
}

function inProgress(exchange: Exchange | null): Exchange {
  if (exchange === null) throw new Error('broken invariant: the library sends requests only during a call');
  return exchange;
}

function urlOf(input: RequestInfo | URL): URL {
  return new URL(input instanceof Request ? input.url : input);
}

function rebased(url: URL, baseUrl: string | null): URL {
  return baseUrl === null ? url : new URL(`${url.pathname}${url.search}`, baseUrl);
}

function withCursor(url: URL, cursor: string | null): URL {
  const variables = url.searchParams.get('variables');
  if (cursor === null || variables === null) return url;
  const known: unknown = JSON.parse(variables);
  url.searchParams.set('variables', JSON.stringify({ ...(isWire(known) ? known : {}), cursor }));
  return url;
}

/** Returns the empty answer for the library, with the status and headers of the real one. */
function withoutBody({ status, headers }: JsonAnswer): Response {
  const copied = new Headers();
  headers.forEach((value, name) => {
    if (name !== 'content-encoding' && name !== 'content-length') copied.append(name, value);
  });
  return new Response([204, 205, 304].includes(status) ? null : '{}', { status, headers: copied });
}

/**
 * Null when robots.txt cannot be read. It is requested without cookies, so redirects are followed, as RFC 9309 says.
 */
async function readRobots(
  url: string,
  how: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<{ readonly status: number; readonly body: string } | null> {
  try {
    const headers = { 'user-agent': 'larkstat' };
    const { status, text } = await fetchText({ url, headers, ...how, redirects: 5 });
    return { status, body: text };
  } catch {
    return null;
  }
}

function rateLimitOf(headers: Headers): RateLimit {
  const number = (name: string) => {
    const value = headers.get(name);
    return value !== null && /^\d{1,12}$/.test(value) ? Number(value) : null;
  };
  const reset = number('x-rate-limit-reset');
  return { remaining: number('x-rate-limit-remaining'), resetAt: reset === null ? null : reset * 1_000 };
}

function objectOf({ json, text }: JsonAnswer): Wire {
  if (isWire(json)) return json;
  const start = redact(text.slice(0, 1_000)).slice(0, 40).replace(/\s+/g, ' ');
  throw temporaryFailure(`X's answer is not a JSON object, or is incomplete: ${start}`);
}

/** X sends `data: {}` or `data: { user: {} }` beside its errors. */
function hasData(json: Wire): boolean {
  if (!isWire(json.data)) return false;
  return Object.values(json.data).some((value) => isWire(value) && Object.keys(value).length > 0);
}
