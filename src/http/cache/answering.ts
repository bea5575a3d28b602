import type { ServerResponse } from 'node:http';
import type { Caller } from '../../access/caller.ts';
import type { App } from '../../app.ts';
import { RecordedReads } from '../../graphql/reads.ts';
import type { Admission } from '../admission.ts';
import { clientLeft } from '../client-left.ts';
import { isReading } from '../reading.ts';
import { mayRegister } from '../use-registered-operations.ts';
import { Answer } from './answer.ts';
import { createAskApp } from './ask-app.ts';
import type { AnswerCache, Given, Question } from './cache.ts';
import type { OnLeave } from './flight.ts';
import { keyOf } from './key.ts';
import { type Client, sendAnswer } from './send.ts';

/** What a request asks, not parsed yet: that is done only when no kept answer serves. */
type Asked = {
  /** What tells it from other requests: its body, or its address. */
  readonly text: Buffer | string;
  /** Its operation, or list of operations. Throws when it can be none. */
  readonly parse: () => object;
};

type Asking = Client & { readonly caller: Caller };

/** Answers what only reads; false, with nothing sent, for what changes something or comes in events. */
export type Answering = (asked: Asked, client: Asking) => Promise<boolean> | boolean;

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
  const { operations } = app;
  const ask = createAskApp(app, admission);

  const questionOf = (key: string, asked: Asked, { req, caller, bill }: Asking): Question => ({
    key,
    compute(ending, record) {
      const asking = { accept: req.headers.accept, ending, context: { caller, record, bill } };
      return typeof asked.text === 'string'
        ? ask.byGet(asked.text, asking)
        : ask.byPost(asked.parse(), asking);
    },
  });

  const compute = async (question: Question, client: Asking, startedAt: number): Promise<true> => {
    const onLeave = leavingOf(client.res);
    const given = (await cache?.ask(question, onLeave)) ?? (await computeAlone(question, onLeave));
    sendAnswer(given, client, { key: question.key, cache, origins, startedAt });
    return true;
  };

  return (asked, client) => {
    const startedAt = performance.now();
    const { req, caller } = client;
    const key = keyOf(`${scopeOf(caller)} ${operations.version}`, req.headers.accept, asked.text);
    if (key === null) return false;
    const given = cache?.find(key) ?? null;
    if (given !== null) {
      if (given.how === 'stale') cache?.refresh(questionOf(key, asked, client));
      sendAnswer(given, client, { key, cache, origins, startedAt });
      return true;
    }
    if (!isReading(asked.parse(), app, mayRegister(caller))) return false;
    return compute(questionOf(key, asked, client), client, startedAt);
  };
}

/** The answer to one client alone, not to be kept. */
async function computeAlone(question: Question, onLeave: OnLeave): Promise<Given> {
  const ending = new AbortController();
  const stay = onLeave(() => ending.abort(clientLeft()));
  try {
    const answered = await question.compute(ending, new RecordedReads());
    const answer = new Answer({ ...answered, label: null, madeAt: Date.now(), keepMs: 0 });
    return { answer, how: 'miss' };
  } finally {
    stay();
  }
}

/** What lets a caller see more or less than others. */
const scopeOf = ({ scope, seesSchema }: Caller): string => (seesSchema ? `${scope}+` : scope);

const leavingOf =
  (res: ServerResponse): OnLeave =>
  (leave) => {
    if (res.closed) leave();
    res.once('close', leave);
    return () => res.off('close', leave);
  };
