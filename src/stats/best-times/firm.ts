/** An hour of the week with its score, and how far one post of the stream can move it. */
export type SlotScore = {
  readonly score: number;
  /** The most that deleting one of its own posts raises or lowers the score. */
  readonly rise: number;
  readonly fall: number;
  /** The most that deleting a post of another hour changes the score, through the account's mean and the cap. */
  readonly drift: number;
};

/**
 * Selects the slots with a firm rank from slots sorted best first: whichever single post of the stream is deleted, each
 * selected slot moves past its neighbour at most. The first two are always selected. Another slot is selected when no
 * post can move it past any selected slot but the last. A slot that is left out may be as good as a selected one.
 */
export function selectFirm<Slot extends SlotScore>(slots: readonly Slot[]): readonly Slot[] {
  const firm: Slot[] = [];
  for (const slot of slots) {
    if (firm.slice(0, -1).every((better) => !mayPass(slot, better))) firm.push(slot);
  }
  return firm;
}

/** Whether a slot can pass a better or equal one when a single post of the stream is deleted. */
function mayPass(slot: SlotScore, better: SlotScore): boolean {
  return better.score - slot.score <= Math.max(slot.rise, better.fall) + slot.drift + better.drift;
}
