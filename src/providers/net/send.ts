import { type IncomingMessage, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { AnswerError } from './answer-error.ts';

/** The request to send. */
export type Question = {
  readonly url: string | URL;
  readonly method?: string;
  readonly headers: HeadersInit;
  readonly body?: string | null;
};

/**
 * Sends a request and resolves once the headers of the answer have arrived. Not `fetch`: when an answer claims six
 * layers of compression and is then cut off, Node 20's `fetch` raises an error that nobody can catch, and the process
 * ends.
 */
export function send(
  { url, method, headers, body }: Question,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((received, failed) => {
    const to = new URL(url);
    const ask = to.protocol === 'http:' ? overHttp : overHttps;
    const fields = { 'accept-encoding': 'gzip, deflate', ...Object.fromEntries(new Headers(headers)) };
    const request = ask(to, { method: method ?? 'GET', headers: fields, signal });
    request.once('response', received);
    // Stays after the answer has arrived: later errors are reported by the answer's own stream.
    request.on('error', failed);
    request.end(body ?? undefined);
  });
}

const unpackers = { gzip: createGunzip, deflate: createInflate, br: createBrotliDecompress } as const;

/** Decompresses the body as the headers say; accepts one layer at most. */
export function unpacked(response: IncomingMessage): Readable {
  const encoding = (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return response;
  if (encoding !== 'gzip' && encoding !== 'deflate' && encoding !== 'br') {
    response.destroy();
    throw new AnswerError('an answer with an unknown content encoding', false);
  }
  // The callback takes errors that come after nobody reads any more.
  return pipeline(response, unpackers[encoding](), () => {});
}
