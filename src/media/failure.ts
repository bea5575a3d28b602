/** Why there is no picture. */
export const failures = {
  /** The host says that there is none. */
  MISSING: { rememberedMs: 3_600_000 },
  /** The host has something else than an acceptable picture: another type, too large, or a redirect elsewhere. */
  REFUSED: { rememberedMs: 3_600_000 },
  /** The host did not answer in time, or answered with an error. */
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
