import { Ending } from '../../platform/ending.ts';
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
import type { AnswerCache, Given, Question } from './cache.ts';
import type { OnLeave } from './flight.ts';
import { keyOf } from './key.ts';
import { type Client, sendAnswer } from './send.ts';

/** What tells a request from others: its body, or its address. */
type Text = Buffer | string;

type Asking = Client & { readonly caller: Caller };

/** Answers what only reads. */
export type Answering = {
  /** Sends the answer when it is kept and known to be true; false, with nothing sent, otherwise. */
  sendKept(text: Text, asking: Asking): boolean;
  /**
   * Answers by what is kept or computes it; false, with nothing sent, for what changes something or comes in events.
   * `body` is the operation, or a list of them.
   */
  answer(text: Text, body: object, asking: Asking): Promise<boolean> | boolean;
};

type Parts = {
  readonly app: App;
  readonly admission: Admission;
  /** Undefined where no answers are kept. */
  readonly cache: AnswerCache | undefined;
  /** Origins of pages that may read answers. */
  readonly origins: readonly string[];
};

/** Answers by kept answers where there are any, and computes the others. */
export function createAnswering({ app, admission, cache, origins }: Parts): Answering {
  const { version } = app.operations;
  const scopes = (mark: string): Readonly<Record<Scope, string>> => ({
    read: `read${mark} ${version}`,
    write: `write${mark} ${version}`,
    admin: `admin${mark} ${version}`,
  });
  const [seeing, blind] = [scopes('+'), scopes('')];
  /** What lets a caller see more or less than others. */
  const scopeOf = ({ scope, seesSchema, share }: Caller): string =>
    share === null ? (seesSchema ? seeing : blind)[scope] : `share ${share.shareId} ${version}`;
  const ask = createAskApp(app, admission);

  const keyFor = (text: Text, { req, caller }: Asking): string | null =>
    keyOf(scopeOf(caller), req.headers.accept, text);

  const questionOf = (key: string, text: Text, body: object, { req, caller, bill }: Asking): Question => ({
    key,
    compute(ending, record) {
      const context = { caller, record, bill, origin: originOf(req) };
      const how = { accept: req.headers.accept, ending, context };
      return typeof text === 'string' ? ask.byGet(text, how) : ask.byPost(body, how);
    },
  });

  const compute = async (question: Question, asking: Asking, startedAt: number): Promise<true> => {
    const onLeave = leavingOf(asking.res);
    const shared = cache === undefined ? null : await cache.ask(question, onLeave);
    const given = shared ?? (await computeAlone(question, onLeave));
    sendAnswer(given, asking, { key: question.key, cache, origins, startedAt });
    return true;
  };

  return {
    sendKept(text, asking) {
      if (cache === undefined) return false;
      const startedAt = performance.now();
      const key = keyFor(text, asking);
      const given = key === null ? null : cache.find(key);
      if (key === null || given === null || given.how !== 'hit') return false;
      sendAnswer(given, asking, { key, cache, origins, startedAt });
      return true;
    },
    answer(text, body, asking) {
      const startedAt = performance.now();
      const key = keyFor(text, asking);
      if (key === null) return false;
      // A refusal costs less before the document is parsed.
      if (cache?.mayHave(key) !== true) admission.check();
      if (!isReading(body, app, mayRegister(asking.caller))) return false;
      return compute(questionOf(key, text, body, asking), asking, startedAt);
    },
  };
}

/** The answer to one client alone, not to be kept. */
async function computeAlone(question: Question, onLeave: OnLeave): Promise<Given> {
  const ending = new Ending();
  const stay = onLeave(() => ending.end(clientLeft()));
  try {
    const { status, type, headers, text } = await question.compute(ending, new RecordedReads());
    const answer = new Answer({ status, type, headers, label: null, madeAt: Date.now(), keepMs: 0 }, text);
    return { answer, how: 'miss' };
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
