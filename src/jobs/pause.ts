/** The job gives way to others, or waits for something. It continues from its cursor at the given time. */
export class JobPausedError extends Error {
  override readonly name = 'JobPausedError';
  constructor(
    message: string,
    /** Null when it only gives way to other jobs. */
    readonly waitingUntil: Date | null,
  ) {
    super(message);
  }
}
