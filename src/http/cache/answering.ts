import { Cancellation } from '../../platform/cancellation.ts';
import type { ServerResponse } from 'node:http';
import type { Caller } from '../../access/caller.ts';
import type { App } from '../../app.ts';
import { RecordedReads } from '../../graphql/reads.ts';
import type { Scope } from '../../shared/scope.ts';
import type { Admission } from '../admission.ts';
import { clientLeft } from '../client-left.ts';
import { isReading } from '../reading.ts';
import { originOf } from '../request-origin.ts';
import { mayRegister } from '../use-registered-operations.ts';
import { Answer } from './answer.ts';
import { createAskApp } from './ask-app.ts';
import type { AnswerCache, Computation, ServedAnswer } from './cache.ts';
import type { OnLeave } from './flight.ts';
import { keyOf } from './key.ts';
import { type Client, sendAnswer } from './send.ts';

/** What identifies a request: its body, or its address. */
type Text = Buffer | string;

type Asking = Client & { readonly caller: Caller };

/** Answers requests that only read. */
export type Answering = {
  /** Sends the answer when it is cached and known to be valid. Returns false, and sends nothing, otherwise. */
  sendCached(text: Text, asking: Asking): boolean;
  /**
   * Sends the cached answer, or computes it. Returns false, and sends nothing, for requests that write or subscribe.
   * `body` is the operation, or a list of operations.
   */
  answer(text: Text, body: object, asking: Asking): Promise<boolean> | boolean;
};

type Parts = {
  readonly app: App;
  readonly admission: Admission;
  /** Undefined when no answers are cached. */
  readonly cache: AnswerCache | undefined;
  /** Origins of pages that may read answers. */
  readonly origins: readonly string[];
};

/** Answers from the cache when there is one, and computes the other answers. */
export function createAnswering({ app, admission, cache, origins }: Parts): Answering {
  const { version } = app.operations;
  const scopes = (mark: string): Readonly<Record<Scope, string>> => ({
    read: `read${mark} ${version}`,
    write: `write${mark} ${version}`,
    admin: `admin${mark} ${version}`,
  });
  const [seeing, blind] = [scopes('+'), scopes('')];
  /** Returns what decides how much a caller sees. */
  const scopeOf = ({ scope, seesSchema, share }: Caller): string =>
    share === null ? (seesSchema ? seeing : blind)[scope] : `share ${share.shareId} ${version}`;
  const ask = createAskApp(app, admission);

  const keyFor = (text: Text, { req, caller }: Asking): string | null =>
    keyOf(scopeOf(caller), req.headers.accept, text);

  const computationOf = (
    key: string,
    text: Text,
    body: object,
    { req, caller, bill }: Asking,
  ): Computation => ({
    key,
    compute(cancellation, record) {
      const context = { caller, record, bill, origin: originOf(req) };
      const asking = { accept: req.headers.accept, cancellation, context };
      return typeof text === 'string' ? ask.byGet(text, asking) : ask.byPost(body, asking);
    },
  });

  const compute = async (computation: Computation, asking: Asking, startedAt: number): Promise<true> => {
    const onLeave = leavingOf(asking.res);
    const shared = cache === undefined ? null : await cache.ask(computation, onLeave);
    const served = shared ?? (await computeAlone(computation, onLeave));
    sendAnswer(served, asking, { key: computation.key, cache, origins, startedAt });
    return true;
  };

  return {
    sendCached(text, asking) {
      if (cache === undefined) return false;
      const startedAt = performance.now();
      const key = keyFor(text, asking);
      const served = key === null ? null : cache.find(key);
      if (key === null || served === null || served.result !== 'hit') return false;
      sendAnswer(served, asking, { key, cache, origins, startedAt });
      return true;
    },
    answer(text, body, asking) {
      const startedAt = performance.now();
      const key = keyFor(text, asking);
      if (key === null) return false;
      // A refusal costs less before the document is parsed.
      if (cache?.mayHave(key) !== true) admission.check();
      if (!isReading(body, app, mayRegister(asking.caller))) return false;
      return compute(computationOf(key, text, body, asking), asking, startedAt);
    },
  };
}

/** Computes the answer for one client; it is not cached. */
async function computeAlone(computation: Computation, onLeave: OnLeave): Promise<ServedAnswer> {
  const cancellation = new Cancellation();
  const stay = onLeave(() => cancellation.cancel(clientLeft()));
  try {
    const { status, type, headers, text } = await computation.compute(cancellation, new RecordedReads());
    const answer = new Answer({ status, type, headers, label: null, madeAt: Date.now(), keepMs: 0 }, text);
    return { answer, result: 'miss' };
  } finally {
    stay();
  }
}

const leavingOf =
  (res: ServerResponse): OnLeave =>
  (leave) => {
    if (res.closed) leave();
    res.on('close', leave);
    return () => res.off('close', leave);
  };
