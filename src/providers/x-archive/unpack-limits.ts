import { BadInputError } from '../../shared/errors.ts';

/** Limits on the decompression of an archive; beyond them it counts as a zip bomb. */
export type UnpackLimits = {
  /**
   * Most decompressed bytes per byte of the given file. Archives reach 15, an archive that repeats the same words every
   * minute 40, and deflate 1032.
   */
  readonly ratioMax: number;
  /**
   * Decompressed bytes that are allowed whatever the file's size: so many do no harm, and one long tweet may repeat a
   * single letter.
   */
  readonly freeBytes: number;
  /** Most bytes of all files together. */
  readonly totalBytesMax: number;
  /** Most files in a zip or folder: reading each name takes a few microseconds, and 16 bytes. */
  readonly membersMax: number;
  /** Most files that are read; real archives have one or two hundred. */
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

/** Returns to how many bytes a file of `size` bytes may decompress. */
export const unpackedMax = (limits: UnpackLimits, size: number): number =>
  Math.min(limits.totalBytesMax, Math.max(limits.freeBytes, size * limits.ratioMax));

/** Throws BadInputError when there are more than `max`. */
export function refuseMany(count: number, max: number, what: string): void {
  if (count > max) throw new BadInputError(`Too many ${what}: ${count} found, ${max} allowed.`);
}
