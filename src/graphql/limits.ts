/** What one operation may ask for; more is QUERY_TOO_COMPLEX. */
export type QueryLimits = {
  /** Fields inside one another. */
  readonly depth: number;
  /** Fields of the document, those of fragments as often as they are named. */
  readonly breadth: number;
  /** Fields that are answered at most, those of a list as often as it has items, and what statements are priced at. */
  readonly cost: number;
};

/** What holds for every limit that is not configured. */
export const defaultQueryLimits: QueryLimits = { depth: 24, breadth: 1_000, cost: 200_000 };
