import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterwards } from './afterwards.ts';
import { ask, type Outcome, type Question } from './asked.ts';

/** The `at`th question that a load asks. */
export type Questions = (at: number) => Question;

export type Load = {
  /** Everything so far, in the order in which it ended. */
  readonly outcomes: readonly Outcome[];
  /** Asks nothing more; resolves when all is answered. */
  stop(): Promise<readonly Outcome[]>;
};

type LoadOptions = {
  /** Each has one kept connection, and asks one question at a time. */
  readonly clients?: number;
  /** Between an answer and the next question of the client. */
  readonly pauseMs?: number;
  readonly questions: Questions;
};

/** Clients that ask one question after the other until they are stopped, and try none again. */
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
