import type { CombinedError } from 'urql';
import { problemOf } from '../api/errors.ts';
import { type CardState, cardState } from '../card/state.ts';

/** The used fields of urql's response. */
type Answer = { readonly fetching: boolean; readonly error?: CombinedError | undefined };

/**
 * The state of the cards that a response fills. `onCoarser`: switches to a coarser step, offered when the request was
 * too large.
 */
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

/** Whether the API has no stream of this name; false after an error. */
export function isUnknown(answer: Answer & { data?: unknown }, stream: unknown): boolean {
  return answer.data != null && stream == null && answer.error === undefined && !answer.fetching;
}
