const epochMs = 1_288_834_974_657;
/**
 * Ids below this are from before 21:43 UTC on 4 November 2010, when they were sequential and contained no time. The
 * last of them are below 30 billion, and the first with a time are above 300 trillion.
 */
const firstSnowflake = 100_000_000_000_000n;

/** Returns when an id was created, in ms since 1970; null for ids from before snowflakes. */
export function snowflakeTime(id: string): number | null {
  const number = BigInt(id);
  return number < firstSnowflake ? null : Number(number >> 22n) + epochMs;
}
