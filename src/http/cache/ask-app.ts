import type { Cancellation } from '../../platform/cancellation.ts';
import type { ExecutionResult } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { ServerContext } from '../server-context.ts';
import type { App } from '../../app.ts';
import type { Admission } from '../admission.ts';

/** What the API answered. */
export type Answered = {
  readonly status: number;
  readonly type: string;
  /** Headers other than those of the body, as name, value, name, value. */
  readonly headers: readonly string[];
  readonly text: string;
};

/** How a request reaches the API. */
export type Asking = {
  /** The Accept header. */
  readonly accept: string | undefined;
  /** Cancels the request when nobody waits for the answer any more. */
  readonly cancellation: Cancellation;
  readonly context: ServerContext;
};

/** Sends requests to the API when it is their turn. Rejects with a 503 when too many wait. */
export type AskApp = {
  /** Sends the parsed JSON of a POST. */
  byPost(body: object, asking: Asking): Promise<Answered>;
  /** Sends the query string of a GET. */
  byGet(path: string, asking: Asking): Promise<Answered>;
};

/** The most Accept headers whose type is cached; a header has at most 200 characters. */
const maxAccepts = 200;

export function createAskApp({ runPlainly, fetch, fetchAPI }: App, admission: Admission): AskApp {
  /** The content type of an answer without errors, by Accept header, as Yoga chose it. */
  const types = new LRUCache<string, string>({ max: maxAccepts });

  const respond = async (
    { accept, cancellation, context }: Asking,
    path: string,
    init: { readonly method?: string; readonly body?: object },
  ): Promise<Answered> => {
    const headers = {
      ...(accept !== undefined && { accept }),
      ...(init.body && { 'content-type': 'application/json' }),
    };
    const { method = 'GET' } = init;
    const request = new fetchAPI.Request(`http://localhost${path}`, {
      method,
      headers,
      signal: cancellation.signal,
    });
    // A text body would be parsed again, behind a stream that counts its bytes.
    if (init.body) Object.assign(request, { json: () => Promise.resolve(init.body) });
    // Yoga writes to the context object, so each request gets a copy.
    return answeredOf(await fetch(request, { ...context }));
  };

  const runPost = async (body: object, asking: Asking): Promise<Answered> => {
    const { accept = '', cancellation, context } = asking;
    const result = await runPlainly(body, context, cancellation);
    const known = types.get(accept);
    if (known !== undefined && result !== null && isPlain(result)) {
      return { status: 200, type: known, headers: [], text: JSON.stringify(result) };
    }
    const init = { method: 'POST', body };
    if (result === null) return respond(asking, '/graphql', init);
    const answered = await respond({ ...asking, context: { ...context, result } }, '/graphql', init);
    if (answered.status === 200 && isPlain(result)) types.set(accept, answered.type);
    return answered;
  };

  return {
    byPost: (body, asking) => admission.run(() => runPost(body, asking)),
    byGet: (path, asking) => admission.run(() => respond(asking, path, {})),
  };
}

/** Whether a result is sent as it is, with status 200. */
const isPlain = ({ errors, extensions }: ExecutionResult): boolean =>
  errors === undefined && extensions === undefined;

const answeredOf = async (response: Response): Promise<Answered> => ({
  status: response.status,
  type: response.headers.get('content-type') ?? 'application/json; charset=utf-8',
  headers: [...response.headers].filter(([name]) => !/^content-(type|length|encoding)$/.test(name)).flat(),
  text: await response.text(),
});
