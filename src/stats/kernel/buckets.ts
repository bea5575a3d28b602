import { type Bucket, bucketsOf, type Interval } from '../../shared/bucket.ts';
import { QueryTooComplexError } from '../../shared/errors.ts';

/**
 * How many buckets all series of one operation may compute and send together. With short names the largest answer is
 * about 9 MB. They are counted at run time, because the cost of a document depends neither on how far back a stream
 * goes nor on the range around a fragment.
 */
const maxBucketsInAll = 300_000;

/** What is left of a request's `maxBucketsInAll`. */
export type BucketBudget = { left: number };

/** The budget of a new request. */
export const bucketBudget = (): BucketBudget => ({ left: maxBucketsInAll });

/** Takes buckets from the budget; QUERY_TOO_COMPLEX when it has too few left. */
export function spend(budget: BucketBudget, buckets: number): void {
  budget.left -= buckets;
  if (budget.left >= 0) return;
  throw new QueryTooComplexError(
    `Too many buckets: more than ${maxBucketsInAll} in all series together; ask for fewer series, longer intervals or shorter ranges`,
  );
}

/** Like `bucketsOf`, in the scope's zone and from its budget. */
export function scopeBuckets(
  { zone, budget }: { readonly zone: string; readonly budget: BucketBudget },
  interval: Interval,
  from: number,
  to: number,
): readonly Bucket[] {
  const buckets = bucketsOf(zone, interval, from, to);
  spend(budget, buckets.length);
  return buckets;
}
