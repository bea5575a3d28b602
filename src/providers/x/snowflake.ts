const epochMs = 1_288_834_974_657;
/** Ids below this are of before November 2010, when they were counted up and told no time. */
const firstSnowflake = 29_700_000_000n;

/** When an id was made, in milliseconds since 1970; null for the ids of before snowflakes. */
export function snowflakeTime(id: string): number | null {
  const number = BigInt(id);
  return number < firstSnowflake ? null : Number(number >> 22n) + epochMs;
}
