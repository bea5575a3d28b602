import type { Problem } from '../api/errors.ts';

/** A button that a state offers: a name that is a verb, and what it does. */
export type Offer = { readonly label: string; readonly onClick: () => void };

/** The progress of a job that fetches what a card is to show. */
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

/** What a card shows in the place of its picture, or beside it. */
export type CardState =
  /** The numbers are there. */
  | { readonly kind: 'ready' }
  /** They are on their way: a skeleton after 150 ms. */
  | { readonly kind: 'loading' }
  /** There are none: why, and a range that has some. */
  | {
      readonly kind: 'empty';
      readonly title: string;
      readonly hint?: string;
      readonly offers?: readonly Offer[];
    }
  /** Nothing is known: why, and what would help. */
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

/** Returns the state of a card of which the page's query says this much. Data that is there stays, whatever fails. */
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
