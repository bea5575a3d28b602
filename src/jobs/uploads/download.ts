import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { addAbortSignal, Readable } from 'node:stream';
import type { GetObjectCommandOutput, S3 } from '@aws-sdk/client-s3';
import { formatBytes } from '../../shared/bytes.ts';
import { DiskFullError } from '../../shared/disk-full.ts';
import { must } from '../../shared/errors.ts';
import { lackingSpace } from '../../shared/free-space.ts';
import { formatObject, type ObjectLocation } from './location.ts';
import type { ObjectStorage } from './s3-client.ts';
import type { Copying, StoredFile } from './store.ts';

/** The most requests for one file: after each lost connection another one continues. */
const maxRequests = 20;

/** Object storage failed. Its own errors look like the database's, and those jobs wait without a limit. */
class ObjectStorageError extends Error {
  override readonly name = 'ObjectStorageError';
}

/**
 * Copies an object to the folder and returns the copy's path; null when there is no such object. Throws DiskFullError
 * before the copy starts when the disk has too little space.
 */
export async function download(
  { s3 }: ObjectStorage,
  object: ObjectLocation,
  { folder, name, signal, onProgress }: Copying,
): Promise<string | null> {
  const answer = await get(s3, object, 0, signal);
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
    for await (const chunk of chunksOf(s3, object, { answer, total, signal })) {
      await file.writeFile(chunk);
      at += chunk.length;
      onProgress(at, total);
    }
    return path;
  } catch (error) {
    if (error instanceof ObjectGoneError) return null;
    throw error;
  } finally {
    await file.close();
  }
}

/** Streams an object; null when there is no such object. */
export async function readObject(
  { s3 }: ObjectStorage,
  object: ObjectLocation,
  signal: AbortSignal,
): Promise<StoredFile | null> {
  const answer = await get(s3, object, 0, signal);
  if (answer === null) return null;
  const bytes = must(answer.ContentLength, 'an object has a size');
  const chunks = chunksOf(s3, object, { answer, total: bytes, signal });
  return { bytes, content: Readable.from(chunks, { objectMode: false }) };
}

/** The object was removed while it was read. */
class ObjectGoneError extends Error {
  override readonly name = 'ObjectGoneError';
}

type Begun = {
  readonly answer: GetObjectCommandOutput;
  readonly total: number;
  readonly signal: AbortSignal;
};

/** All chunks of an object, from its first response on. After a lost connection another request continues. */
async function* chunksOf(
  s3: S3,
  object: ObjectLocation,
  { answer, total, signal }: Begun,
): AsyncGenerator<Buffer> {
  let at = 0;
  let current: GetObjectCommandOutput | null = answer;
  for (let requests = 1; current !== null; requests += 1) {
    const body = addAbortSignal(signal, streamOf(current));
    try {
      for await (const chunk of body) {
        at += (chunk as Buffer).length;
        yield chunk as Buffer; // safe: the stream of a response has no encoding
      }
    } catch (error) {
      signal.throwIfAborted();
      if (requests === maxRequests) throw failure(object, error);
    } finally {
      body.destroy();
    }
    if (at === total) return;
    if (at > total || requests === maxRequests) throw failure(object, `${at} of ${total} bytes arrived`);
    current = await get(s3, object, at, signal);
  }
  throw new ObjectGoneError(`${formatObject(object)} was removed while it was read`);
}

/** Requests the object from a byte on; null when there is no such object. */
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
    throw new Error('the service does not support ranges');
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error && error.name === 'NoSuchKey') return null;
    throw failure(object, error);
  }
}

const streamOf = ({ Body }: GetObjectCommandOutput): Readable => Body as Readable; // safe: under Node it is one

function failure(object: ObjectLocation, cause: unknown): ObjectStorageError {
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new ObjectStorageError(`${formatObject(object)} could not be fetched: ${reason}`, { cause });
}
