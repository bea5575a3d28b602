import type { ResultOf } from '@graphql-typed-document-node/core';
import type { CompareHeadFragment, CompareRestFragment } from './queries.ts';

type Head = ResultOf<typeof CompareHeadFragment>;
type Rest = ResultOf<typeof CompareRestFragment>;

/** A stream that is compared, with the place of its colour. */
export type Compared = {
  readonly slot: number;
  readonly head: Head;
  /** Null while it is on its way. */
  readonly rest: Rest | null;
};

/** The token of a place's colour. */
export const slotColour = (slot: number): string => `var(--c${slot + 1})`;
