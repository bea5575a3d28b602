import { z } from 'zod';

/** The queue's name: it carries ids of rows of `jobs`, nothing else. */
export const queueName = 'larkstat';

/** An archive on a disk that the worker can read. */
const archiveImport = z.object({
  source: z.literal('archive'),
  path: z.string(),
  handle: z.string().nullable(),
  /** Whether the file was uploaded, so that it is ours to remove. */
  uploaded: z.boolean(),
});

/** Made-up accounts. */
const syntheticImport = z.object({
  source: z.literal('synthetic'),
  users: z.number(),
  posts: z.number(),
  hashtags: z.number(),
  seed: z.number(),
  endingAt: z.number(),
  /** The demo's three accounts instead of the numbers above. */
  demo: z.boolean(),
});

export const importPayload = z.discriminatedUnion('source', [archiveImport, syntheticImport]);
export type ImportPayload = z.infer<typeof importPayload>;
export type ArchiveImport = z.infer<typeof archiveImport>;
export type SyntheticImport = z.infer<typeof syntheticImport>;

/** What the queue carries. */
export const queuedJob = z.object({ jobId: z.uuid() });
export type QueuedJob = z.infer<typeof queuedJob>;
