/** A job makes room for others, or waits for something outside; it goes on from its cursor at the given time. */
export class JobPausedError extends Error {
  override readonly name = 'JobPausedError';
  constructor(
    message: string,
    /** Null where it only lets others have their turn. */
    readonly waitingUntil: Date | null,
  ) {
    super(message);
  }
}
