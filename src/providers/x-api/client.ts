import { withoutTrailingSlashes } from '../../shared/text.ts';
import { AnswerError } from '../net/answer-error.ts';
import { fetchJson, type JsonAnswer } from '../net/fetch-answer.ts';
import { isWire, type Wire } from '../x/json.ts';
import { temporaryFailure, refusal, unusable } from './failures.ts';
import type { Endpoint, Limits } from './limits.ts';

/** How to reach the API. */
type ConnectionOptions = {
  readonly bearerToken: string;
  /** e.g. `https://api.x.com`; `http://127.0.0.1:8080/x` for a gateway. */
  readonly baseUrl: string;
  /** Time limit from sending the request to the last byte of the answer. */
  readonly requestTimeoutMs: number;
  readonly now: () => number;
};

export type Query = Readonly<Record<string, string | number | undefined>>;
export type ApiRequest = { readonly endpoint: Endpoint; readonly path: string; readonly query: Query };

/**
 * Sends a request and returns the JSON object of the answer. Throws a ProviderError for anything else, or the signal's
 * reason.
 */
export type Ask = (request: ApiRequest, signal: AbortSignal) => Promise<Wire>;

/** Connects to the API; records the rate limits of each answer. */
export function connect(options: ConnectionOptions, limits: Limits): Ask {
  return async ({ endpoint, path, query }, signal) => {
    const { status, headers, json } = await send(options, urlOf(options.baseUrl, path, query), signal);
    const answerHeaders = Object.fromEntries(headers);
    limits.note(endpoint, answerHeaders, options.now());
    if (status < 200 || status >= 300)
      throw refusal({ status, body: json, headers: answerHeaders }, options.now());
    if (isWire(json)) return json;
    throw temporaryFailure(`it answered ${path} with something other than a JSON object`);
  };
}

async function send(options: ConnectionOptions, url: URL, signal: AbortSignal): Promise<JsonAnswer> {
  try {
    return await fetchJson({
      url,
      headers: { authorization: `Bearer ${options.bearerToken}`, accept: 'application/json' },
      timeoutMs: options.requestTimeoutMs,
      signal,
    });
  } catch (error) {
    throw error instanceof AnswerError ? unusable(error) : error;
  }
}

function urlOf(baseUrl: string, path: string, query: Query): URL {
  const url = new URL(`${withoutTrailingSlashes(baseUrl)}/2/${path}`);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}
