import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Bill } from '../../access/bill.ts';
import type { Caller } from '../../access/caller.ts';
import type { App } from '../../app.ts';
import { isReading } from '../reading.ts';
import { mayRegister } from '../use-registered-operations.ts';
import { askByGet, askByPost } from './ask-app.ts';
import type { AnswerCache, Given, Question } from './cache.ts';
import type { OnLeave } from './flight.ts';
import { keyOf } from './key.ts';
import { sendAnswer } from './send.ts';

/** What a request asks, not parsed yet: that is done only when no kept answer serves. */
type Asked = {
  /** What tells it from other requests: its body, or its address. */
  readonly text: Buffer | string;
  /** Its operation, or list of operations. Throws when it can be none. */
  readonly parse: () => object;
};

type Client = {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly caller: Caller;
  /** What it costs the caller; null for one without a limit. */
  readonly bill: Bill | null;
};

/** Answers from the cache, or by way of it; false when the request is to run by itself, and nothing was sent. */
export type Answering = (asked: Asked, client: Client) => Promise<boolean> | boolean;

/** Has the cache answer what only reads. Without a cache everything runs by itself. */
export function createAnswering(
  app: App,
  cache: AnswerCache | undefined,
  origins: readonly string[],
): Answering {
  if (cache === undefined) return () => false;

  const send = (given: Given, { req, res, bill }: Client, key: string, startedAt: number): void => {
    const count = () => {
      const ms = performance.now() - startedAt;
      if (given.how === 'miss') cache.counters.miss(ms);
      else cache.counters.hit(ms, given.how === 'stale');
    };
    sendAnswer(given, { req, res, key, cache, bill, origins, count });
  };

  const compute = async (question: Question, client: Client, startedAt: number): Promise<boolean> => {
    const given = await cache.ask(question, leavingOf(client.res));
    if (given !== null) send(given, client, question.key, startedAt);
    return given !== null;
  };

  return (asked, client) => {
    const startedAt = performance.now();
    const { accept } = client.req.headers;
    const { caller, bill } = client;
    const key = keyOf(`${scopeOf(caller)} ${app.operations.version}`, accept, asked.text);
    if (key === null) return false;
    const question: Question = {
      key,
      isReading: () => isReading(asked.parse(), app, mayRegister(caller)),
      compute(signal, record) {
        const head = accept === undefined ? {} : { accept };
        const how = { signal, context: { caller, record, bill } };
        return typeof asked.text === 'string'
          ? askByGet(app, asked.text, head, how)
          : askByPost(app, asked.parse(), head, how);
      },
    };
    const given = cache.find(question);
    if (given === null) return compute(question, client, startedAt);
    send(given, client, key, startedAt);
    return true;
  };
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
