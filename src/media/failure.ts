/** Why there is no picture. */
export const failures = {
  /** The host says that it has none. */
  MISSING: { rememberedMs: 3_600_000 },
  /** What the host has is no picture that is shown: another type, too large, or elsewhere. */
  REFUSED: { rememberedMs: 3_600_000 },
  /** The host did not answer in time, or with an error of its own. */
  FAILED: { rememberedMs: 30_000 },
} as const;

export type Failure = keyof typeof failures;

/** A picture could not be fetched. */
export class PictureError extends Error {
  override readonly name = 'PictureError';
  constructor(
    readonly failure: Failure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
