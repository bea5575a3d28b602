import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BodyWatch } from './body-watch.ts';
import { HttpError } from './errors.ts';
import { parseJsonObject } from './json.ts';

type BodyLimits = { readonly bodyBytes: number; readonly watch: BodyWatch };

/** Reads the bytes of a body. Stops at the limit; throws when Content-Length is over it. */
export async function readBody(
  req: IncomingMessage,
  res: ServerResponse,
  limits: BodyLimits,
): Promise<Buffer> {
  refuseDeclared(req, limits.bodyBytes, (bytes) => bodyTooLarge(bytes, limits.bodyBytes));
  grantContinue(req, res);
  const chunks: Buffer[] = [];
  // Data that came while the caller was identified is buffered here.
  if (req.readableLength > 0) chunks.push(req.read() as Buffer); // safe: no encoding is set
  if (isWhole(req, chunks)) return chunks[0];
  const onData = (chunk: Buffer) => void chunks.push(chunk);
  req.on('data', onData);
  await undefined; // nearly every body arrives together with its head, so it is complete now
  if (isWhole(req, chunks)) return chunks[0];
  req.off('data', onData);
  return readBytes(req, chunks, limits);
}

/** Whether a body has arrived in one piece. */
const isWhole = (req: IncomingMessage, chunks: readonly Buffer[]): chunks is readonly [Buffer] =>
  chunks.length === 1 && String(chunks[0]?.length) === req.headers['content-length'];

/** Returns a body that arrived in one piece before anybody listened; null for others, and then nothing is read. */
export function takeWhole(req: IncomingMessage, mostBytes: number): Buffer | null {
  const { readableLength: bytes } = req;
  if (bytes === 0 || bytes > mostBytes || Number(req.headers['content-length']) !== bytes) return null;
  return req.read() as Buffer; // safe: no encoding is set
}

/** Parses the JSON of a body: an object, or a list of objects. */
export const parseBody = (bytes: Buffer): object => parseJsonObject(decodeText(bytes), 'The body');

const byteOrderMark = 0xfeff;

/** Decodes UTF-8 bytes, without a byte order mark. Throws for invalid bytes, which would be stored as `\ufffd`. */
function decodeText(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new HttpError(400, 'BAD_INPUT', 'The body is not valid UTF-8');
  const text = bytes.toString();
  return text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text;
}

/** Refuses a body by its Content-Length, before anything is read. Without that header the reader counts. */
export function refuseDeclared(
  req: IncomingMessage,
  limit: number,
  error: (bytes: number) => HttpError,
): void {
  const bytes = Number(req.headers['content-length'] ?? 0);
  if (bytes > limit) throw error(bytes);
}

/** Tells a client that asked first to send its body (`Expect: 100-continue`, as curl does). */
export function grantContinue(req: IncomingMessage, res: ServerResponse): void {
  if (req.headers.expect !== undefined) res.writeContinue();
}

/** Calls `fail` when the client sends nothing for a while. Returns a function that ends the watch. */
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

/**
 * Calls `fail` when fewer than `leastBytes` arrive within any `windowMs`: a trickling body would stay for ever, while
 * a large one may take hours. Returns a function that ends the watch.
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

/** The error of a request whose client has left; nobody reads it. */
export function clientGone(): HttpError {
  return new HttpError(400, 'BAD_INPUT', 'The client left in the middle of its request');
}

/** Reads the rest after the first chunks. */
function readBytes(
  req: IncomingMessage,
  first: readonly Buffer[],
  { bodyBytes, watch }: BodyLimits,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= bodyBytes) chunks.push(chunk);
      else fail(bodyTooLarge(null, bodyBytes));
    };
    const onEnd = () => {
      stop();
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    };
    const onGone = () => fail(clientGone());
    const stop = () => {
      watch.end(req);
      req.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
    };
    const fail = (error: unknown) => {
      stop();
      reject(error);
    };
    watch.begin(req, fail);
    for (const chunk of first) onData(chunk);
    req.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
    if (req.readableEnded) onEnd();
    else if (req.destroyed) onGone();
  });
}

function bodyTooLarge(asked: number | null, allowed: number): HttpError {
  const figure = asked === null ? `over ${allowed}` : asked;
  return new HttpError(413, 'QUERY_TOO_COMPLEX', `Body too large: ${figure} bytes asked, ${allowed} allowed`);
}
