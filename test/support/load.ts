import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterwards } from './afterwards.ts';
import { ask, type Outcome, type Question } from './asked.ts';

/** Returns the request with the number `at` of a load, counted from 0. */
export type Questions = (at: number) => Question;

export type Load = {
  /** All outcomes so far, in the order in which they ended. */
  readonly outcomes: readonly Outcome[];
  /** Stops new requests; resolves when all are answered. */
  stop(): Promise<readonly Outcome[]>;
};

type LoadOptions = {
  /** Each client has one connection, which stays open, and sends one request at a time. */
  readonly clients?: number;
  /** The pause between a response and the client's next request. */
  readonly pauseMs?: number;
  readonly questions: Questions;
};

/** Starts clients that send one request after the other until they are stopped, without retries. */
export function startLoad(url: string, { clients = 6, pauseMs = 15, questions }: LoadOptions): Load {
  const outcomes: Outcome[] = [];
  const stopping = new AbortController();
  let asked = 0;
  const client = async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (!stopping.signal.aborted) {
      outcomes.push(await ask(url, agent, questions(asked++)));
      await sleep(pauseMs);
    }
    agent.destroy();
  };
  const all = Promise.all(Array.from({ length: clients }, client));
  const stop = async () => {
    stopping.abort();
    await all;
    return outcomes;
  };
  afterwards(stop);
  return { outcomes, stop };
}
