import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { bulkhead } from 'cockatiel';
import type { Logger } from 'pino';
import { DomainError } from '../../shared/errors.ts';
import { download, readObject } from './download.ts';
import { formatObject, type ObjectLocation, parseObject } from './location.ts';
import { type ClientSettings, type ObjectStorage, openClient } from './s3-client.ts';
import type { UploadStore } from './store.ts';
import { sweepBucket } from './sweep-bucket.ts';

/** A bucket of object storage with the S3 API. */
export type BucketSettings = ClientSettings & {
  readonly bucket: string;
  /** The prefix of the uploads' names: empty, or it ends in a slash. Only larkstat may use it. */
  readonly prefix: string;
};

/** Files that a process sends at once. Each takes at most 4 parts of 5 MB in memory; more when it is over 50 GB. */
const sendsAtOnce = 4;
const partsAtOnce = 2;
/** The most requests whose file waits to be sent. */
const sendsWaiting = 1_000;
/** How long the deletion of a stream waits for its files; what stays is swept later. */
const removeMs = 10_000;
/** When clients should retry. */
const retryAfterMs = 5_000;

/** Stores uploads in a bucket, so that workers of all machines can fetch them. `disk` handles files on this disk. */
export function openBucket(settings: BucketSettings, disk: UploadStore, log: Logger): UploadStore {
  let opened: Promise<ObjectStorage> | null = null;
  const storage = () => {
    opened ??= openClient(settings);
    return opened;
  };
  const sending = bulkhead(sendsAtOnce, sendsWaiting);

  const remove = async (location: string): Promise<void> => {
    const object = parseObject(location);
    if (object === null) return disk.remove(location);
    try {
      const { s3 } = await storage();
      await s3.deleteObject(object, { abortSignal: AbortSignal.timeout(removeMs) });
    } catch (err) {
      log.warn({ err, location }, 'an upload could not be removed; it is swept later');
    }
  };

  return {
    folder: disk.folder,
    async keep(path, signal) {
      const object = { Bucket: settings.bucket, Key: settings.prefix + basename(path) };
      const location = formatObject(object);
      try {
        await sending.execute(async () => send(await storage(), { path, object, signal }), signal);
        return location;
      } catch (error) {
        // The object may be complete: perhaps only the response was lost, or the request was aborted.
        void remove(location);
        signal.throwIfAborted();
        log.warn({ err: error, location }, 'a file could not be stored');
        throw notStored(settings.bucket, error);
      } finally {
        await rm(path, { force: true });
      }
    },
    async open(location, copying) {
      const object = parseObject(location);
      if (object === null) return disk.open(location, copying);
      return download(await storage(), object, copying);
    },
    async read(location, signal) {
      const object = parseObject(location);
      if (object === null) return disk.read(location, signal);
      return readObject(await storage(), object, signal);
    },
    remove,
    async sweep(listNeeded, before) {
      await disk.sweep(listNeeded, before);
      await sweepBucket(await storage(), settings, listNeeded, before);
    },
  };
}

/** Sends a file in parts. After a failure or an abort its parts are removed. */
async function send(
  { s3, Upload }: ObjectStorage,
  file: { readonly path: string; readonly object: ObjectLocation; readonly signal: AbortSignal },
): Promise<void> {
  const { path, object, signal } = file;
  signal.throwIfAborted();
  const body = createReadStream(path);
  body.on('error', () => {}); // its reader gets the error
  // Not with the upload's own abort, which does not wait until its parts are removed.
  const stop = () => body.destroy(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await new Upload({ client: s3, params: { ...object, Body: body }, queueSize: partsAtOnce }).done();
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener('abort', stop);
    body.destroy();
  }
}

function notStored(bucket: string, cause: unknown): DomainError {
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
  const message = `The file could not be stored in the bucket ${bucket} (${reason}): try again later`;
  return new DomainError('STORE_UNAVAILABLE', message, {
    cause,
    retryAt: new Date(Date.now() + retryAfterMs),
  });
}
