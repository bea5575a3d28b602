import type { ResultOf } from '@graphql-typed-document-node/core';
import type { CompareHeadFragment, CompareRestFragment } from './queries.ts';

type Head = ResultOf<typeof CompareHeadFragment>;
type Rest = ResultOf<typeof CompareRestFragment>;

/** A compared stream, with its colour slot. */
export type Compared = {
  readonly slot: number;
  readonly head: Head;
  /** Null while it loads. */
  readonly rest: Rest | null;
};

/** The colour token of a slot. */
export const slotColour = (slot: number): string => `var(--c${slot + 1})`;
