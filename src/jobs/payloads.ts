import { z } from 'zod';
import { exportFormats } from '../shared/export-format.ts';
import { fetchProviderNames } from '../providers/fetch-provider.ts';
import { namesOf } from '../shared/names.ts';
import { refreshes } from '../shared/refresh.ts';

/** The queue of imports: it carries ids of rows of `jobs`, nothing else. */
export const queueName = 'larkstat';
/** Fetches have their own, so that neither waits for a long one of the other. */
export const fetchQueueName = 'larkstat-fetch';
/** So do exports, which somebody waits for. */
export const exportQueueName = 'larkstat-export';

/** Whose archive it is, as far as it says. */
const archiveAccount = z.object({ platformId: z.string().nullable(), handle: z.string() });
export type ArchiveAccount = z.infer<typeof archiveAccount>;

/** An archive on a disk that the worker can read. */
const archiveImport = z.object({
  source: z.literal('archive'),
  path: z.string(),
  handle: z.string().nullable(),
  /** Whether the file was uploaded, so that it is ours to remove. */
  uploaded: z.boolean(),
  /** Whether stored posts are to go that the archive no longer has; not given: no. */
  removeGone: z.boolean().optional(),
  /** What it is called to people, where that is not its path. */
  name: z.string().optional(),
  /** The machine whose disk it is on. */
  host: z.string().optional(),
  /** Noted once the archive was opened. */
  account: archiveAccount.optional(),
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

/** More posts by made-up accounts that are stored. */
const freshImport = z.object({
  source: z.literal('refresh'),
  posts: z.number(),
  seed: z.number(),
  /** Milliseconds. */
  endingAt: z.number(),
  days: z.number(),
  /** Who posts, and what the share of each is in proportion to. */
  accounts: z.array(z.object({ streamId: z.number(), weight: z.number() })),
});
export type FreshImport = z.infer<typeof freshImport>;

const importPayload = z.discriminatedUnion('source', [archiveImport, syntheticImport, freshImport]);
export type ImportPayload = z.infer<typeof importPayload>;
export type ArchiveImport = z.infer<typeof archiveImport>;
export type SyntheticImport = z.infer<typeof syntheticImport>;

/** Posts fetched from X. */
export const fetchPayload = z.object({
  source: z.literal('fetch'),
  target: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('account'),
      /** As it was asked for. */
      handle: z.string(),
      /** The stream, where it is known already: then its platform id decides, not the handle. */
      streamId: z.number().nullable(),
    }),
    z.object({ kind: z.literal('topic'), query: z.string() }),
  ]),
  /** Whether to walk back to the beginning, not only to what is known. */
  full: z.boolean(),
  /** The only provider to ask; null: all that can, in the configured order. */
  provider: z.enum(fetchProviderNames).nullable(),
  /** Posts to fetch at most; null: as many as there are (200 where nothing is known of the account yet). */
  limit: z.number().nullable(),
  /** Which stored posts are asked for again, of an account. */
  refresh: z.enum(namesOf(refreshes)).default('DUE'),
});
export type FetchPayload = z.infer<typeof fetchPayload>;

/** A file of posts that was written, in the store of uploads. */
const exportedFile = z.object({
  location: z.string(),
  /** What it is called to whoever downloads it. */
  name: z.string(),
  bytes: z.number(),
  /** Until when it can be downloaded, in milliseconds. */
  expiresAt: z.number(),
});
export type ExportedFile = z.infer<typeof exportedFile>;

/** Posts that are written to a file. */
const streamExport = z.object({
  source: z.literal('export'),
  streamId: z.number(),
  /** What the stream was called when it was asked for. */
  title: z.string(),
  format: z.enum(namesOf(exportFormats)),
  pseudonymous: z.boolean(),
  /** When the posts were posted, in milliseconds, as a `Range`. */
  from: z.number().nullable(),
  to: z.number().nullable(),
  /** How long the file is kept, in milliseconds. */
  keepMs: z.number(),
  /** Noted once it is whole. */
  file: exportedFile.optional(),
});
export type StreamExport = z.infer<typeof streamExport>;

/** The chat of a channel; who the channel is stands with its stream. */
const chatCollection = z.object({
  source: z.literal('collect'),
  /** As it was asked for. */
  login: z.string(),
});

/** What any job may be about. */
export const jobPayload = z.discriminatedUnion('source', [
  archiveImport,
  syntheticImport,
  freshImport,
  fetchPayload,
  streamExport,
  chatCollection,
]);

/** What the queue carries. */
export const queuedJob = z.object({ jobId: z.uuid() });
export type QueuedJob = z.infer<typeof queuedJob>;
