import { z } from 'zod';
import { exportFormats } from '../shared/export-format.ts';
import { fetchProviderNames } from '../providers/fetch-provider.ts';
import { namesOf } from '../shared/names.ts';
import { refreshes } from '../shared/refresh.ts';

/** The queue of imports. Queues hold only ids of rows of `jobs`. */
export const queueName = 'larkstat';
/** Fetches have their own queue, so that imports and fetches do not wait for each other. */
export const fetchQueueName = 'larkstat-fetch';
/** Exports have their own queue, since people wait for them. */
export const exportQueueName = 'larkstat-export';

/** The account of an archive, as far as the archive names it. */
const archiveAccount = z.object({ platformId: z.string().nullable(), handle: z.string() });
export type ArchiveAccount = z.infer<typeof archiveAccount>;

/** An archive on a disk that the worker can read. */
const archiveImport = z.object({
  source: z.literal('archive'),
  path: z.string(),
  handle: z.string().nullable(),
  /** Whether the file was uploaded. Then larkstat removes it. */
  uploaded: z.boolean(),
  /** Whether to remove stored posts that the archive no longer has; by default false. */
  removeGone: z.boolean().optional(),
  /** Its name for people, when that is not its path. */
  name: z.string().optional(),
  /** The machine whose disk it is on. */
  host: z.string().optional(),
  /** Set when the archive was opened. */
  account: archiveAccount.optional(),
});

/** Generated accounts. */
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

/** More posts by stored generated accounts. */
const freshImport = z.object({
  source: z.literal('refresh'),
  posts: z.number(),
  seed: z.number(),
  /** Milliseconds. */
  endingAt: z.number(),
  days: z.number(),
  /** The accounts that post, each with the weight of its share. */
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
      /** As requested. */
      handle: z.string(),
      /** The stream, when it is known. Then its platform id decides, not the handle. */
      streamId: z.number().nullable(),
    }),
    z.object({ kind: z.literal('topic'), query: z.string() }),
  ]),
  /** Whether to fetch back to the first post, not only to known posts. */
  full: z.boolean(),
  /** The only provider to use; null: all that can, in the configured order. */
  provider: z.enum(fetchProviderNames).nullable(),
  /** The most posts to fetch; null: all (200 when the account is new). */
  limit: z.number().nullable(),
  /** Which stored posts of an account are fetched again. */
  refresh: z.enum(namesOf(refreshes)).default('DUE'),
});
export type FetchPayload = z.infer<typeof fetchPayload>;

/** An exported file in the store of uploads. */
const exportedFile = z.object({
  location: z.string(),
  /** Its name for downloads. */
  name: z.string(),
  bytes: z.number(),
  /** When the download expires, in milliseconds. */
  expiresAt: z.number(),
});
export type ExportedFile = z.infer<typeof exportedFile>;

/** An export of a stream's posts. */
const streamExport = z.object({
  source: z.literal('export'),
  streamId: z.number(),
  /** The stream's title at the request. */
  title: z.string(),
  format: z.enum(namesOf(exportFormats)),
  pseudonymous: z.boolean(),
  /** The range of the posts' times, in milliseconds, as in `Range`. */
  from: z.number().nullable(),
  to: z.number().nullable(),
  /** How long the file can be downloaded, in milliseconds. */
  keepMs: z.number(),
  /** Set when the file is complete. */
  file: exportedFile.optional(),
});
export type StreamExport = z.infer<typeof streamExport>;

/** The chat of a channel. The channel itself is stored with the stream. */
const chatCollection = z.object({
  source: z.literal('collect'),
  /** As requested. */
  login: z.string(),
});

/** The payload of any job. */
export const jobPayload = z.discriminatedUnion('source', [
  archiveImport,
  syntheticImport,
  freshImport,
  fetchPayload,
  streamExport,
  chatCollection,
]);

/** An entry of the queue. */
export const queuedJob = z.object({ jobId: z.uuid() });
export type QueuedJob = z.infer<typeof queuedJob>;
