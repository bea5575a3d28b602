import { type DocumentNode, execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { Context } from '../graphql/context.ts';
import { DomainError } from '../shared/errors.ts';
import { boundErrors } from './bound-errors.ts';
import { failed } from './failure.ts';

type AnswerOptions = {
  /** How long resolving the events of one moment may take. */
  readonly operationMs: number;
  readonly now: () => Date;
};

/** What a subscriber asks of each event. */
export type Question = {
  readonly args: ExecutionArgs;
  /** Equal for those that get the same answer to the same event. */
  readonly key: string;
};

/** Answers to events of one moment, in their order. */
export type Claim = {
  readonly answers: readonly Promise<ExecutionResult>[];
  /** Says that the subscriber waits no more. What nobody waits for is cancelled. */
  release(): void;
};

export type EventAnswers = {
  questionOf(args: ExecutionArgs): Question;
  /** Begins to answer events, or joins those who asked the same of them before. */
  claim(question: Question, events: readonly object[]): Claim;
};

/** An answer to one event, and those that are made with it. */
type Answer = { readonly result: Promise<ExecutionResult>; readonly moment: Moment };

/**
 * Answers each event once for all subscribers that ask the same of it. Subscribers who hear of a change in the same
 * moment are given the same event, as they read the store together: see `graphql/shared.ts`. An answer lasts as long as
 * its event.
 */
export function createEventAnswers(options: AnswerOptions): EventAnswers {
  const kept = new WeakMap<object, Map<string, Answer>>();
  const numbers = new WeakMap<DocumentNode, number>();
  let documents = 0;

  const numberOf = (document: DocumentNode): number => {
    const number = numbers.get(document) ?? ++documents;
    numbers.set(document, number);
    return number;
  };

  return {
    questionOf(args) {
      const { document, operationName, variableValues, contextValue } = args;
      const { caller } = contextValue as Context; // safe: the app made it
      const key = JSON.stringify([numberOf(document), operationName, variableValues, caller.scope]);
      return { args, key };
    },
    claim({ args, key }, events) {
      let own: Moment | null = null;
      const answers = events.map((event) => {
        const byQuestion = kept.get(event) ?? new Map<string, Answer>();
        kept.set(event, byQuestion);
        const known = byQuestion.get(key);
        if (known !== undefined && !known.moment.cancelled) return known;
        own ??= new Moment(args, options);
        const answer = { result: own.answer(event), moment: own };
        byQuestion.set(key, answer);
        return answer;
      });
      const moments = new Set(answers.map(({ moment }) => moment));
      for (const moment of moments) moment.waiting += 1;
      return {
        answers: answers.map(({ result }) => result),
        release() {
          for (const moment of moments) moment.leave();
          moments.clear();
        },
      };
    },
  };
}

/** Events that are resolved at once and in one context, with a limit on their time. */
class Moment {
  /** Subscribers that wait for an answer. */
  waiting = 0;
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #args: ExecutionArgs;
  readonly #late: Promise<ExecutionResult>;
  #open = 0;

  constructor(args: ExecutionArgs, { operationMs, now }: AnswerOptions) {
    const { signal } = this.#controller;
    const context = args.contextValue as Context; // safe: the app made it
    const contextValue: Context = { ...context, now: now(), db: context.db.until(signal) };
    this.#args = { ...args, contextValue };
    const message = `The event took longer than the ${operationMs / 1000} s allowed: ask for less, or a shorter range`;
    const timeUp = new DomainError('TIMEOUT', message);
    this.#late = new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(failed(timeUp)), { once: true });
    });
    this.#timer = setTimeout(() => this.#controller.abort(timeUp), operationMs);
  }

  get cancelled(): boolean {
    return this.#controller.signal.aborted;
  }

  async answer(rootValue: object): Promise<ExecutionResult> {
    this.#open += 1;
    try {
      return boundErrors(await Promise.race([execute({ ...this.#args, rootValue }), this.#late]));
    } catch (error) {
      return failed(error);
    } finally {
      this.#open -= 1;
      if (this.#open === 0) clearTimeout(this.#timer);
    }
  }

  leave(): void {
    this.waiting -= 1;
    if (this.waiting > 0 || this.#open === 0) return;
    clearTimeout(this.#timer);
    this.#controller.abort(new DomainError('TIMEOUT', 'The client has left'));
  }
}
