import { type IncomingMessage, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { AnswerError } from './answer-error.ts';

/** What is asked, and of whom. */
export type Question = {
  readonly url: string | URL;
  readonly method?: string;
  readonly headers: HeadersInit;
  readonly body?: string | null;
};

/**
 * Sends a request and gives the answer once its headers are there. Not by `fetch`: Node 20's leaves an error without a
 * listener when an answer says that it is packed six times and is then cut, and that ends the process.
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
    // Stays when the answer has come: what goes wrong then is told by the answer's own stream.
    request.on('error', failed);
    request.end(body ?? undefined);
  });
}

const unpackers = { gzip: createGunzip, deflate: createInflate, br: createBrotliDecompress } as const;

/** The body without the packing that the headers tell of: one layer at most. */
export function unpacked(response: IncomingMessage): Readable {
  const encoding = (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return response;
  if (encoding !== 'gzip' && encoding !== 'deflate' && encoding !== 'br') {
    response.destroy();
    throw new AnswerError('an answer that is packed in an unknown way', false);
  }
  // The listener is for what comes after nobody reads any more.
  return pipeline(response, unpackers[encoding](), () => {});
}
