import { z } from 'zod';
import { fetchProviderNames } from '../providers/fetch-provider.ts';

/** Where a fetch continues after a pause or a crash. The covered ranges are stored with the stream. */
const fetchCursor = z.object({
  streamId: z.number(),
  /** Whether nothing of the stream was known when the job began. */
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
  /** When the job began, in ms since 1970. Posts observed since are not requested again. */
  begunAt: z.number().default(0),
  /** Progress of the refresh of figures; null while new posts are still being fetched. */
  refresh: z
    .object({
      /** The last post that was requested; the next ones are older. */
      after: z.object({ id: z.string(), createdAt: z.number() }),
      /** Number of requested posts. */
      asked: z.number(),
      /** How many of these were deleted on the platform. */
      removed: z.number(),
    })
    .nullable()
    .default(null),
});
export type FetchCursor = z.infer<typeof fetchCursor>;

/** Null before the first page. */
export const parseFetchCursor = (cursor: string | null): FetchCursor | null =>
  cursor === null ? null : fetchCursor.parse(JSON.parse(cursor));
