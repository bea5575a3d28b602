/** An hour of the week with its score, and what one post of the stream can do to it. */
export type Movable = {
  readonly score: number;
  /** The most by which one of its own posts raises or lowers the score when it goes. */
  readonly rise: number;
  readonly fall: number;
  /** The most by which a post of another hour changes the score: through the account's own, and the cap. */
  readonly drift: number;
};

/**
 * The slots whose place stands, of slots that are given best first: whichever post of the stream goes, none of them
 * passes another but its neighbour among them. So each moves by one place at most. The first two always stand; each of
 * the others stands when no post can carry it past the last but one of those before it, or one of those past it.
 * What is left out is as good as one that stands.
 */
export function firmOf<Slot extends Movable>(slots: readonly Slot[]): readonly Slot[] {
  const firm: Slot[] = [];
  for (const slot of slots) {
    if (firm.slice(0, -1).every((better) => !mayPass(slot, better))) firm.push(slot);
  }
  return firm;
}

/** Whether a slot may pass one that is as good or better, once any one post of the stream is gone. */
function mayPass(slot: Movable, better: Movable): boolean {
  return better.score - slot.score <= Math.max(slot.rise, better.fall) + slot.drift + better.drift;
}
