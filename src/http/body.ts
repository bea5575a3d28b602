import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpError } from './errors.ts';
import { parseJsonObject } from './json.ts';

type BodyLimits = { readonly bodyBytes: number; readonly idleMs: number; readonly bodyMs: number };

/** The bytes of a body. Stops reading at the limit. */
export async function readBody(
  req: IncomingMessage,
  res: ServerResponse,
  limits: BodyLimits,
): Promise<Buffer> {
  refuseDeclared(req, limits.bodyBytes, (bytes) => bodyTooLarge(bytes, limits.bodyBytes));
  grantContinue(req, res);
  return readBytes(req, limits);
}

/** The JSON of a body: an object, or a list of them. */
export const parseBody = (bytes: Buffer): object => parseJsonObject(decodeText(bytes), 'The body');

/** Text out of UTF-8 bytes, without the mark that some programs begin it with; other bytes would be stored as `\ufffd`. */
function decodeText(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new HttpError(400, 'BAD_INPUT', 'The body is not valid UTF-8');
  }
}

/** Refuses by Content-Length, before anything is read. Without the header the reading itself has to count. */
export function refuseDeclared(
  req: IncomingMessage,
  limit: number,
  error: (bytes: number) => HttpError,
): void {
  const bytes = Number(req.headers['content-length'] ?? 0);
  if (bytes > limit) throw error(bytes);
}

/** Lets a client send its body that asked first (`Expect: 100-continue`, as curl does). */
export function grantContinue(req: IncomingMessage, res: ServerResponse): void {
  if (req.headers.expect !== undefined) res.writeContinue();
}

/** Fails where the client sends nothing for a while; gives a function that ends the watch. */
export function watchIdle(
  req: IncomingMessage,
  idleMs: number,
  fail: (error: HttpError) => void,
): () => void {
  const onIdle = () => fail(new HttpError(408, 'TIMEOUT', `Nothing was sent for ${idleMs / 1000} s`));
  req.setTimeout(idleMs, onIdle);
  return () => {
    req.off('timeout', onIdle);
    req.socket.setTimeout(0);
  };
}

/** Fails where a body takes too long altogether; gives a function that ends the watch. */
function watchTime(bodyMs: number, fail: (error: HttpError) => void): () => void {
  const late = setTimeout(
    () => fail(new HttpError(408, 'TIMEOUT', `The body took longer than the ${bodyMs / 1000} s allowed`)),
    bodyMs,
  );
  return () => clearTimeout(late);
}

/**
 * Fails where less than `leastBytes` come within any `windowMs`: a body that trickles in would stay for ever, and one
 * of many bytes may take hours. Gives a function that ends the watch.
 */
export function watchPace(
  req: IncomingMessage,
  { windowMs, leastBytes }: { readonly windowMs: number; readonly leastBytes: number },
  fail: (error: HttpError) => void,
): () => void {
  let before = req.socket.bytesRead;
  const watch = setInterval(() => {
    const came = req.socket.bytesRead - before;
    before = req.socket.bytesRead;
    if (req.complete || came >= leastBytes) return;
    const message = `The upload is too slow: ${came} bytes in ${windowMs / 1000} s, ${leastBytes} needed`;
    fail(new HttpError(408, 'TIMEOUT', message));
  }, windowMs);
  return () => clearInterval(watch);
}

/** What a request fails with whose client is gone; nobody reads it. */
export function clientGone(): HttpError {
  return new HttpError(400, 'BAD_INPUT', 'The client left in the middle of its request');
}

function readBytes(req: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let endWatches = [() => {}];
  const read = new Promise<void>((resolve, reject) => {
    endWatches = [watchIdle(req, limits.idleMs, reject), watchTime(limits.bodyMs, reject)];
    req.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limits.bodyBytes) chunks.push(chunk);
      else reject(bodyTooLarge(null, limits.bodyBytes));
    });
    req.once('end', resolve);
    req.once('error', () => reject(clientGone()));
    req.once('close', () => reject(clientGone()));
  });
  return read
    .then(() => Buffer.concat(chunks))
    .finally(() => {
      chunks.length = 0;
      for (const end of endWatches) end();
      req.removeAllListeners('data');
    });
}

function bodyTooLarge(asked: number | null, allowed: number): HttpError {
  const figure = asked === null ? `over ${allowed}` : asked;
  return new HttpError(413, 'QUERY_TOO_COMPLEX', `Body too large: ${figure} bytes asked, ${allowed} allowed`);
}
