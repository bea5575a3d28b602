import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import type { GetObjectCommandOutput, S3 } from '@aws-sdk/client-s3';
import { formatBytes } from '../../shared/bytes.ts';
import { diskFull, DiskFullError } from '../../shared/disk-full.ts';
import { must } from '../../shared/errors.ts';
import { lackingSpace } from '../../shared/free-space.ts';
import { formatObject, type ObjectLocation } from './location.ts';
import type { ObjectStorage } from './s3-client.ts';
import type { Copying } from './store.ts';

/** Requests for one file: each connection that is lost costs one, and the next goes on where it ended. */
const maxRequests = 20;

/** Object storage failed. Its own errors look like the database's, which jobs wait for as long as it takes. */
class ObjectStorageError extends Error {
  override readonly name = 'ObjectStorageError';
}

/**
 * Copies an object to the folder and returns the path of the copy; null when there is no such object. Throws
 * DiskFullError before anything is copied when the disk has too little space for it.
 */
export async function download(
  { s3 }: ObjectStorage,
  object: ObjectLocation,
  { folder, name, signal, onProgress }: Copying,
): Promise<string | null> {
  let answer = await get(s3, object, 0, signal);
  if (answer === null) return null;
  const total = must(answer.ContentLength, 'an object has a size');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const free = await lackingSpace(folder, total);
  if (free !== null) {
    streamOf(answer).destroy();
    const lack = `${name} takes ${formatBytes(total)}, and the disk of ${folder} has ${formatBytes(free)} left`;
    throw new DiskFullError(lack);
  }
  const path = join(folder, 'upload');
  const file = await open(path, 'wx', 0o600);
  try {
    let at = 0;
    for (let requests = 1; answer !== null; requests += 1) {
      try {
        for await (const chunk of addAbortSignal(signal, streamOf(answer))) {
          await file.writeFile(chunk as Buffer); // safe: the stream of a response has no encoding
          at += (chunk as Buffer).length;
          onProgress(at, total);
        }
      } catch (error) {
        signal.throwIfAborted();
        if (requests === maxRequests || diskFull(error, folder) !== null) throw failure(object, error);
      }
      if (at === total) return path;
      if (at > total || requests === maxRequests) throw failure(object, `${at} of ${total} bytes came`);
      answer = await get(s3, object, at, signal);
    }
    return null; // removed meanwhile
  } finally {
    await file.close();
  }
}

/** Asks for the object from a byte on; null when there is no such object. */
async function get(
  s3: S3,
  object: ObjectLocation,
  from: number,
  signal: AbortSignal,
): Promise<GetObjectCommandOutput | null> {
  const range = from === 0 ? {} : { Range: `bytes=${from}-` };
  try {
    const answer = await s3.getObject({ ...object, ...range }, { abortSignal: signal });
    if (from === 0 || answer.ContentRange?.startsWith(`bytes ${from}-`)) return answer;
    streamOf(answer).destroy();
    throw new Error('the service does not know ranges');
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error && error.name === 'NoSuchKey') return null;
    throw failure(object, error);
  }
}

const streamOf = ({ Body }: GetObjectCommandOutput): Readable => Body as Readable; // safe: under Node it is one

/** A full disk stays itself. */
function failure(object: ObjectLocation, cause: unknown): unknown {
  if (diskFull(cause, '') !== null) return cause;
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new ObjectStorageError(`${formatObject(object)} could not be fetched: ${reason}`, { cause });
}
