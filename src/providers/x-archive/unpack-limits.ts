import { BadInputError } from '../../shared/errors.ts';

/** How much an archive may unpack to; beyond it is taken for a zip bomb. */
export type UnpackLimits = {
  /**
   * Bytes of all files that are read, out of one byte of the file that was given. Archives reach 15, one of the same
   * words every minute 40, and deflate 1032.
   */
  readonly ratioMax: number;
  /** Bytes that a file of any size may unpack to: so many harm nobody, and one long tweet may be all of one letter. */
  readonly freeBytes: number;
  /** Bytes of all files read together. */
  readonly totalBytesMax: number;
  /** Files that a zip or a folder may hold: finding out what each is called takes some microseconds, and 16 bytes. */
  readonly membersMax: number;
  /** Those among them that may be an archive's. Real ones have one or two hundred. */
  readonly wantedMax: number;
};

/** Far above any real archive. */
export const defaultUnpackLimits: UnpackLimits = {
  ratioMax: 200,
  freeBytes: 16 * 1024 ** 2,
  totalBytesMax: 64 * 1024 ** 3,
  membersMax: 2_000_000,
  wantedMax: 10_000,
};

/** To how many bytes a file of `size` bytes may unpack. */
export const unpackedMax = (limits: UnpackLimits, size: number): number =>
  Math.min(limits.totalBytesMax, Math.max(limits.freeBytes, size * limits.ratioMax));

/** Throws BadInputError when there are more than `max`. */
export function refuseMany(count: number, max: number, what: string): void {
  if (count > max) throw new BadInputError(`Too many ${what}: ${count} found, ${max} allowed.`);
}
