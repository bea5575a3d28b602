import { Agent } from 'node:http';
import {
  ApiPartialResponseError,
  ApiRequestError,
  ApiResponseError,
  type ITwitterApiClientPlugin,
  TwitterApi,
} from 'twitter-api-v2';
import type { ProviderError } from '../provider-error.ts';
import { isWire, type Wire } from '../x/json.ts';
import { hiccup, refusal } from './failures.ts';
import type { Endpoint, Limits } from './limits.ts';

/** Where and how the API is reached. */
type ConnectionOptions = {
  readonly bearerToken: string;
  /** e.g. `https://api.x.com`; `http://127.0.0.1:8080/x` for a gateway. */
  readonly baseUrl: string;
  /** From the question to the last byte of the answer. */
  readonly requestTimeoutMs: number;
  readonly now: () => number;
};

export type Query = Readonly<Record<string, string | number | undefined>>;
export type ApiRequest = { readonly endpoint: Endpoint; readonly path: string; readonly query: Query };

/** Asks, and gives the JSON object of the answer. Everything else is a ProviderError, or the signal's reason. */
export type Ask = (request: ApiRequest, signal: AbortSignal) => Promise<Wire>;

/** A connection to the API that notes the limits which it is told. */
export function connect(options: ConnectionOptions, limits: Limits): Ask {
  const base = new URL(options.baseUrl);
  // The library asks over https whatever the URL says, unless an agent for http does the asking.
  const agent = base.protocol === 'http:' ? new Agent({ keepAlive: true }) : null;
  return async ({ endpoint, path, query }, signal) => {
    signal.throwIfAborted();
    const deadline = openDeadline(signal, options.requestTimeoutMs);
    const client = new TwitterApi(options.bearerToken, {
      plugins: [steer(base, agent, deadline.signal)],
      // The library has no listener for errors of its decompressors: one damaged answer would end the process.
      compression: 'identity',
    }).readOnly.v2;
    try {
      const asked = client.get<unknown>(path, { ...query }, { fullResponse: true });
      const { data, headers } = await Promise.race([asked, deadline.passed]);
      limits.note(endpoint, headers, options.now());
      if (isWire(data)) return data;
      throw hiccup(`it answered ${path} with something that is no JSON object`);
    } catch (error) {
      signal.throwIfAborted();
      if (deadline.signal.aborted) throw hiccup(`no whole answer within ${options.requestTimeoutMs} ms`);
      if (error instanceof ApiResponseError) {
        limits.note(endpoint, error.headers, options.now());
        throw refusal({ status: error.code, body: error.data, headers: error.headers }, options.now());
      }
      if (error instanceof ApiRequestError || error instanceof ApiPartialResponseError) {
        throw lostConnection(error);
      }
      throw error;
    } finally {
      deadline.close();
    }
  };
}

/** Leads a request of the library to the base URL, and lets it be cut off. */
function steer(base: URL, agent: Agent | null, signal: AbortSignal): ITwitterApiClientPlugin {
  return {
    onBeforeRequest({ computedParams, requestOptions }) {
      const { url } = computedParams;
      url.protocol = base.protocol;
      url.host = base.host;
      url.pathname = base.pathname.replace(/\/$/, '') + url.pathname;
      if (agent !== null) requestOptions.agent = agent;
      requestOptions.signal = signal;
    },
  };
}

/** The library's own errors hold the request, and with it the token: they are never handed on. */
function lostConnection(error: ApiRequestError | ApiPartialResponseError): ProviderError {
  // Its getters for the cause are always undefined; this is where it keeps it.
  const details: unknown = Reflect.get(error, '_options');
  const cause = isWire(details) ? details.error : null;
  return cause instanceof Error ? hiccup(cause.message, cause) : hiccup(error.message);
}

function openDeadline(signal: AbortSignal, timeoutMs: number) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, timeoutMs);
  signal.addEventListener('abort', abort, { once: true });
  const passed = new Promise<never>((_resolve, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true });
  });
  const close = () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  };
  return { signal: controller.signal, passed, close };
}
