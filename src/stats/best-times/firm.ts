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
 * How many of the slots, best first, have a place that stands: whichever post of the stream goes, each of these keeps
 * its place or changes it with a neighbour. They end before the first slot that
 *
 * - one of its own posts could carry past two others, or
 * - a post of another hour could bring past anybody.
 *
 * When a post goes, only its own slot passes others then, at most one of these, and so each of these moves by one
 * place at most. No rule keeps that promise and gives every slot a place: see README.md.
 */
export function countFirm(slots: readonly Movable[]): number {
  const loose = slots.findIndex((slot) => !standsFirm(slot, slots));
  return loose === -1 ? slots.length : loose;
}

function standsFirm(slot: Movable, slots: readonly Movable[]): boolean {
  let above = 0;
  let below = 0;
  for (const other of slots) {
    if (other === slot) continue;
    const gap = other.score - slot.score;
    const drift = slot.drift + other.drift;
    if (Math.abs(gap) <= drift) return false;
    if (gap > 0 && gap <= slot.rise + drift) above += 1;
    if (gap < 0 && -gap <= slot.fall + drift) below += 1;
  }
  return above <= 1 && below <= 1;
}
