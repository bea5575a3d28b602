import { z } from 'zod';
import { fetchProviderNames } from '../providers/fetch-provider.ts';

/** Where a fetch goes on after a pause or a crash. What was covered stands in the stream itself. */
const fetchCursor = z.object({
  streamId: z.number(),
  /** Whether nothing was known of the stream when the job began. */
  first: z.boolean(),
  place: z
    .object({
      untilId: z.string().nullable(),
      cursorUntilId: z.string().nullable(),
      provider: z.enum(fetchProviderNames).nullable(),
      cursor: z.string().nullable(),
    })
    .nullable(),
  notes: z.array(z.string()),
  /** When the job began, ms since 1970: what was observed since is not asked for again. */
  begunAt: z.number().default(0),
  /** How far the refresh of figures is; null while new posts are still fetched. */
  refresh: z
    .object({
      /** The last post that was asked for: the next ones are older. */
      after: z.object({ id: z.string(), createdAt: z.number() }),
      /** Posts asked for. */
      asked: z.number(),
      /** Of these, how many were deleted on the platform. */
      removed: z.number(),
    })
    .nullable()
    .default(null),
});
export type FetchCursor = z.infer<typeof fetchCursor>;

/** Null before the first page. */
export const parseFetchCursor = (cursor: string | null): FetchCursor | null =>
  cursor === null ? null : fetchCursor.parse(JSON.parse(cursor));
