import type { Problem } from '../api/errors.ts';

/** A button in a card's state: its label, a verb, and its action. */
export type Offer = { readonly label: string; readonly onClick: () => void };

/** The progress of a job that fetches data for a card. */
export type Fetching = {
  readonly message: string;
  /** 0 to 1; null when it is unknown. */
  readonly fraction: number | null;
  readonly fetched: number;
  readonly inserted: number;
  readonly updated: number;
  readonly postsPerSecond: number;
  readonly remainingSeconds: number | null;
  readonly onCancel?: (() => void) | undefined;
  readonly jobHref?: string | undefined;
};

/** A card's state, shown instead of its picture or with it. */
export type CardState =
  /** The numbers are loaded. */
  | { readonly kind: 'ready' }
  /** They are loading: a skeleton after 150 ms. */
  | { readonly kind: 'loading' }
  /** There are none: the reason, and a range that has some. */
  | {
      readonly kind: 'empty';
      readonly title: string;
      readonly hint?: string;
      readonly offers?: readonly Offer[];
    }
  /** Nothing is known: the reason, and advice. */
  | {
      readonly kind: 'unknown';
      readonly title: string;
      readonly hint?: string;
      readonly offers?: readonly Offer[];
    }
  /** It failed. */
  | {
      readonly kind: 'error';
      readonly problem: Problem;
      readonly onRetry: () => void;
      readonly onCoarser?: () => void;
    }
  /** A job collects them. */
  | { readonly kind: 'fetching'; readonly job: Fetching };

/** Returns the state of a card from the state of the page's query. Loaded data stays when something fails. */
export function cardState(query: {
  readonly fetching: boolean;
  readonly hasData: boolean;
  readonly problem: Problem | null;
  readonly onRetry: () => void;
}): CardState {
  if (query.hasData) return { kind: 'ready' };
  if (query.problem !== null) return { kind: 'error', problem: query.problem, onRetry: query.onRetry };
  return { kind: 'loading' };
}
