import { type Bucket, bucketsOf, type Interval } from '../../shared/bucket.ts';
import { QueryTooComplexError } from '../../shared/errors.ts';

/**
 * Buckets that all series of one operation may make, and fields of buckets that they may send, together: the largest
 * answer is some 9 MB where names are short. Counted as they are made: the cost of a document cannot tell how far back a stream goes, nor which range a fragment stands in.
 */
const maxBucketsInAll = 300_000;

/** What is left to a request of `maxBucketsInAll`. */
export type BucketBudget = { left: number };

/** The budget of a new request. */
export const bucketBudget = (): BucketBudget => ({ left: maxBucketsInAll });

/** Takes buckets that are made or sent from the budget; QUERY_TOO_COMPLEX where they are too many. */
export function spend(budget: BucketBudget, buckets: number): void {
  budget.left -= buckets;
  if (budget.left >= 0) return;
  throw new QueryTooComplexError(
    `Too many buckets: more than ${maxBucketsInAll} in all series together; ask for fewer series, longer intervals or shorter ranges`,
  );
}

/** As `bucketsOf`, in the scope's zone and from its budget. */
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
