const epochMs = 1_288_834_974_657;
/**
 * Ids below this are of before 21:43 UTC of 4 November 2010, when they were counted up and told no time. The last of them
 * are below 30 billion, and the first that tell a time are above 300 trillion.
 */
const firstSnowflake = 100_000_000_000_000n;

/** When an id was made, in milliseconds since 1970; null for the ids of before snowflakes. */
export function snowflakeTime(id: string): number | null {
  const number = BigInt(id);
  return number < firstSnowflake ? null : Number(number >> 22n) + epochMs;
}
