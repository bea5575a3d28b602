import type { CombinedError } from 'urql';
import { problemOf } from '../api/errors.ts';
import { type CardState, cardState } from '../card/state.ts';

/** An answer of urql, as far as a page needs it. */
type Answer = { readonly fetching: boolean; readonly error?: CombinedError | undefined };

/** The state of the cards that an answer fills. `onCoarser`: what a coarser step would do, when the answer was too much. */
export function answerState(
  answer: Answer,
  hasData: boolean,
  onRetry: () => void,
  onCoarser: () => void,
): CardState {
  const problem = answer.fetching ? null : problemOf(answer.error);
  const state = cardState({ fetching: answer.fetching, hasData, problem, onRetry });
  return state.kind === 'error' ? { ...state, onCoarser } : state;
}

/** Whether the API returned no stream of this name; false when it failed. */
export function isUnknown(answer: Answer & { data?: unknown }, stream: unknown): boolean {
  return answer.data != null && stream == null && answer.error === undefined && !answer.fetching;
}
