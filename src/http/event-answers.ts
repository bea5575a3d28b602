import { bulkhead } from 'cockatiel';
import type { DocumentNode, ExecutionArgs, ExecutionResult } from 'graphql';
import type { Context } from '../graphql/context.ts';
import { Moment, type MomentOptions } from './moment.ts';
import { attached } from '../shared/attached.ts';

type AnswerOptions = MomentOptions & {
  /** The most moments whose events are resolved at the same time; others wait for their turn. */
  readonly operationsAtOnce: number;
};

/** The query of a subscriber on each event. */
export type EventQuery = {
  readonly args: ExecutionArgs;
  /** The stream whose states the events are; null for other events. */
  readonly stream: number | null;
  /** Equal for subscribers that get the same answer to the same event. */
  readonly key: string;
};

/** Answers to events of one moment, in their order. */
export type Claim = {
  readonly answers: readonly Promise<ExecutionResult>[];
  /** Tells that the subscriber has left. Answers that nobody waits for are cancelled. */
  release(): void;
};

export type EventAnswers = {
  queryOf(args: ExecutionArgs, stream: number | null): EventQuery;
  /** Begins to answer events, or joins earlier subscribers with the same query. */
  claim(query: EventQuery, events: readonly object[]): Claim;
};

/** An answer to one event, and the moment that it is computed in. */
type Answer = { readonly result: Promise<ExecutionResult>; readonly moment: Moment };

/**
 * Answers each event once for all subscribers with the same query. Subscribers that learn of a change at the same
 * moment get the same event object, because they share the read of the store. An answer lasts as long as its event,
 * and as long as it is known to be valid.
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
    queryOf(args, stream) {
      const { document, operationName, variableValues, contextValue } = args;
      const { caller } = contextValue as Context; // safe: the app made it
      const sees = [caller.scope, caller.seesSchema, caller.share?.shareId ?? null];
      const key = JSON.stringify([stream, numberOf(document), operationName, variableValues, sees]);
      return { args, stream, key };
    },
    claim({ args, stream, key }, events) {
      let own: Moment | null = null;
      const answers = events.map((event) => {
        const byQuery = attached(event, keptOf);
        const known = byQuery.get(key);
        if (known?.moment.isGood(stream)) return known;
        own ??= new Moment(args, options, turns);
        const answer = { result: own.answer(event), moment: own };
        byQuery.set(key, answer);
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
