import type { Ending } from '../../platform/ending.ts';
import type { ExecutionResult } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { ServerContext } from '../server-context.ts';
import type { App } from '../../app.ts';
import type { Admission } from '../admission.ts';

/** What the API answered. */
export type Answered = {
  readonly status: number;
  readonly type: string;
  /** Headers beside those of the body, as name, value, name, value. */
  readonly headers: readonly string[];
  readonly text: string;
};

/** How a question is asked. */
export type Asking = {
  /** As the header of this name has it. */
  readonly accept: string | undefined;
  /** Ends it, when nobody waits for the answer any more. */
  readonly ending: Ending;
  readonly context: ServerContext;
};

/** Asks the API when it is its turn; rejects with a 503 when too many wait already. */
export type AskApp = {
  /** What came by POST: its JSON, parsed. */
  byPost(body: object, asking: Asking): Promise<Answered>;
  /** What came in a query string. */
  byGet(path: string, asking: Asking): Promise<Answered>;
};

/** The Accept headers whose type is remembered; one is 200 characters long at most. */
const maxAccepts = 200;

export function createAskApp({ runPlainly, fetch, fetchAPI }: App, admission: Admission): AskApp {
  /** The type in which Yoga answers a query without errors, by the Accept header. */
  const types = new LRUCache<string, string>({ max: maxAccepts });

  const respond = async (
    { accept, ending, context }: Asking,
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
      signal: ending.signal,
    });
    // A body of text would be parsed once more, behind a stream that counts its bytes.
    if (init.body) Object.assign(request, { json: () => Promise.resolve(init.body) });
    // Yoga puts its own into the context: each request has one of its own.
    return answeredOf(await fetch(request, { ...context }));
  };

  const runPost = async (body: object, asking: Asking): Promise<Answered> => {
    const { accept = '', ending, context } = asking;
    const result = await runPlainly(body, context, ending);
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
