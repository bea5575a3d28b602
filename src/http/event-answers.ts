import { bulkhead } from 'cockatiel';
import type { DocumentNode, ExecutionArgs, ExecutionResult } from 'graphql';
import type { Context } from '../graphql/context.ts';
import { Moment, type MomentOptions } from './moment.ts';
import { attached } from '../shared/attached.ts';

type AnswerOptions = MomentOptions & {
  /** The moments whose events are resolved at the same time; the others wait, each for its turn. */
  readonly operationsAtOnce: number;
};

/** What a subscriber asks of each event. */
export type Question = {
  readonly args: ExecutionArgs;
  /** The stream whose states the events are; null for other events. */
  readonly stream: number | null;
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
  questionOf(args: ExecutionArgs, stream: number | null): Question;
  /** Begins to answer events, or joins those who asked the same of them before. */
  claim(question: Question, events: readonly object[]): Claim;
};

/** An answer to one event, and those that are made with it. */
type Answer = { readonly result: Promise<ExecutionResult>; readonly moment: Moment };

/**
 * Answers each event once for all subscribers that ask the same of it. Subscribers who hear of a change in the same
 * moment are given the same event, as they read the store together: see `graphql/shared.ts`. An answer lasts as long as
 * its event, and as it is known to be true.
 */
export function createEventAnswers(options: AnswerOptions): EventAnswers {
  const keptOf = () => new Map<string, Answer>();
  const numbers = new WeakMap<DocumentNode, number>();
  const turns = bulkhead(options.operationsAtOnce, Number.POSITIVE_INFINITY);
  let documents = 0;

  const numberOf = (document: DocumentNode): number => {
    const number = numbers.get(document) ?? ++documents;
    numbers.set(document, number);
    return number;
  };

  return {
    questionOf(args, stream) {
      const { document, operationName, variableValues, contextValue } = args;
      const { caller } = contextValue as Context; // safe: the app made it
      const sees = [caller.scope, caller.seesSchema, caller.share?.shareId ?? null];
      const key = JSON.stringify([stream, numberOf(document), operationName, variableValues, sees]);
      return { args, stream, key };
    },
    claim({ args, stream, key }, events) {
      let own: Moment | null = null;
      const answers = events.map((event) => {
        const byQuestion = attached(event, keptOf);
        const known = byQuestion.get(key);
        if (known?.moment.isGood(stream)) return known;
        own ??= new Moment(args, options, turns);
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
