import { redact } from '../../shared/secrets.ts';
import { AnswerError } from '../net/answer-error.ts';
import { fetchJson, type JsonAnswer } from '../net/fetch-answer.ts';
import type { ProviderError } from '../provider-error.ts';
import { failure } from './failure.ts';
import { createMinute } from './minute.ts';
import { errorSchema } from './wire.ts';

/** A JSON body, as text and parsed. */
export type Answer = { readonly text: string; readonly json: unknown };

/** Sends requests with one API key. */
type Client = {
  /** Returns null when the service says that there is no such thing; it does not distinguish deleted from suspended. */
  get(
    path: string,
    parameters: Readonly<Record<string, string | null>>,
    signal: AbortSignal,
  ): Promise<Answer | null>;
  /** When the current minute has room for so many further requests, in ms since 1970; null when it has room now. */
  limitedUntil(requests: number): number | null;
};

type ClientOptions = {
  readonly apiKey: string;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly requestTimeoutMs: number;
  readonly now: () => number;
};

/** The limit of one key, over all endpoints. */
const requestsPerMinute = 120;
/** A refusal does not say when it ends; after a minute the counted requests have expired. */
const refusalMs = 60_000;

/** Creates a client that counts its requests and classifies failures. */
export function createClient(options: ClientOptions): Client {
  const { now } = options;
  const minute = createMinute(requestsPerMinute, now);
  const tooMany = (until: number) =>
    failure('RATE_LIMITED', 'NEXT', `it allows ${requestsPerMinute} requests a minute`, {
      retryAt: new Date(until),
    });
  return {
    limitedUntil: (requests) => minute.limitedUntil(requests),
    async get(path, parameters, signal) {
      signal.throwIfAborted();
      const limited = minute.limitedUntil(1);
      if (limited !== null) throw tooMany(limited);
      minute.count();
      const response = await send(options, urlOf(options.baseUrl, path, parameters), signal);
      const outcome = readAnswer(response);
      if (outcome !== 'TOO_MANY') return outcome;
      const until = now() + refusalMs;
      minute.refuseUntil(until);
      throw tooMany(until);
    },
  };
}

function urlOf(baseUrl: string, path: string, parameters: Readonly<Record<string, string | null>>): URL {
  const url = new URL(`${baseUrl}${path}`);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null) url.searchParams.set(name, value);
  }
  return url;
}

async function send(options: ClientOptions, url: URL, signal: AbortSignal): Promise<JsonAnswer> {
  try {
    return await fetchJson({
      url,
      headers: { authorization: `Bearer ${options.apiKey}`, accept: 'application/json' },
      timeoutMs: options.requestTimeoutMs,
      signal,
    });
  } catch (error) {
    if (!(error instanceof AnswerError)) throw error;
    if (error.mayPass) throw failure('PROVIDER_UNAVAILABLE', 'RETRY', error.message, { cause: error });
    throw failure('PROVIDER_UNAVAILABLE', 'NEXT', `it sent ${error.message}`);
  }
}

/** Messages that mark an error although the status is 200, and the status that they stand for. */
const meanings: readonly (readonly [RegExp, number])[] = [
  [/balance|payment|credit/i, 402],
  [/too many|rate limit/i, 429],
  [/unauthori[sz]ed|unauthenticated|api key|forbidden/i, 401],
  [/not found|suspended/i, 404],
];

function readAnswer({ status, text, json }: JsonAnswer): Answer | null | 'TOO_MANY' {
  const error = errorSchema.safeParse(json);
  const said = error.success ? (error.data.message ?? '') : null;
  const isSuccess = status >= 200 && status < 300;
  if (isSuccess && said === null && json !== undefined) return { text, json };
  const meant = isSuccess && said !== null ? statusOf(said) : status;
  if (meant === 429) return 'TOO_MANY';
  // A proxy's error page does not mean that the user or tweet does not exist.
  if (meant === 404 && said !== null) return null;
  throw refusal(
    meant,
    `status ${status}, ${said === null ? 'no message' : `"${redact(said.slice(0, 1_000)).slice(0, 200)}"`}`,
  );
}

/** Only a few messages of such errors are known; any other counts as a fault that may pass. */
function statusOf(message: string): number {
  return meanings.find(([pattern]) => pattern.test(message))?.[1] ?? 500;
}

function refusal(status: number, said: string): ProviderError {
  if (status === 401 || status === 403) {
    return failure('PROVIDER_UNAVAILABLE', 'NEXT', `it refused the key (${said}): check SOCIALDATA_API_KEY`);
  }
  if (status === 402) {
    return failure('BUDGET_EXCEEDED', 'NEXT', `its balance is used up (${said}): top up at socialdata.tools`);
  }
  if (status === 400 || status === 422) {
    return failure('BAD_INPUT', 'NEXT', `it rejected the request (${said})`);
  }
  if (status >= 200 && status < 300) {
    return failure('PROVIDER_UNAVAILABLE', 'RETRY', 'it sent an answer that is incomplete or not JSON');
  }
  if (status === 408 || status >= 500) {
    return failure('PROVIDER_UNAVAILABLE', 'RETRY', `its servers failed (${said})`);
  }
  return failure('PROVIDER_UNAVAILABLE', 'NEXT', `it was not found at the configured address (${said})`);
}
