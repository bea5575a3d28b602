import { pipeline } from 'node:stream/promises';
import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import type { FoundPicture, Pictures } from '../media/pictures.ts';
import type { Credentials } from '../access/access.ts';
import { HttpError } from './errors.ts';
import type { Handler } from './graphql-handler.ts';

/** The most pictures sent at the same time by one process: each holds a file open. */
const atOnce = 200;
const retryAfterMs = 5_000;

type MediaOptions = {
  readonly pictures: Pictures;
  readonly credentialsOf: (req: IncomingMessage) => Credentials;
  /** How long a client may read nothing. */
  readonly idleMs: number;
  readonly log: Logger;
};

/**
 * Answers with a picture. Its path is the key: the API gives paths only to callers who may read. A picture never
 * changes, so browsers cache it. Opened on its own, it is a page without rights.
 */
export function mediaHandler({ pictures, credentialsOf, idleMs, log }: MediaOptions): Handler {
  let underWay = 0;
  return async (req, res) => {
    if (underWay >= atOnce) throw busy(retryAfterMs);
    underWay += 1;
    const left = new AbortController();
    res.once('close', () => left.abort(new Error('the client has left')));
    try {
      const found = await pictures.open(req.url ?? '', credentialsOf(req).address, left.signal);
      if (found.is !== 'PICTURE') throw refusalOf(found);
      res.writeHead(200, {
        'content-type': found.type,
        'content-length': found.bytes,
        'content-disposition': 'inline',
        'content-security-policy': "default-src 'none'; sandbox",
        'cache-control': 'private, max-age=31536000, immutable',
      });
      const content = found.file.createReadStream();
      if (req.method === 'HEAD') {
        content.destroy();
        res.end();
        return;
      }
      res.setTimeout(idleMs, () => res.destroy());
      await pipeline(content, res).catch((err: unknown) => {
        if (!left.signal.aborted) log.warn({ err }, 'a picture could not be sent');
      });
    } catch (error) {
      if (!left.signal.aborted) throw error;
    } finally {
      underWay -= 1;
    }
  };
}

type NoPicture = Exclude<FoundPicture, { readonly is: 'PICTURE' }>;

/** Browsers may cache a refusal that will not change soon. */
const keptMinutes = { 'cache-control': 'private, max-age=600' };

function refusalOf(found: NoPicture): HttpError {
  switch (found.is) {
    case 'INVALID':
      return new HttpError(404, 'NOT_FOUND', 'Not a path of a picture: take it unchanged from the API');
    case 'MISSING':
      return new HttpError(404, 'NOT_FOUND', 'The platform has no such picture', keptMinutes);
    case 'REFUSED':
      return new HttpError(
        404,
        'NOT_FOUND',
        'The platform has no PNG, JPEG, GIF, WebP or AVIF of at most 5 MB there',
        keptMinutes,
      );
    case 'FAILED':
      return new HttpError(503, 'PROVIDER_UNAVAILABLE', 'The picture could not be fetched: try again later', {
        'retry-after': '30',
      });
    case 'BUSY':
      return busy(found.retryAfterMs);
  }
}

function busy(afterMs: number): HttpError {
  const retryAt = new Date(Date.now() + afterMs);
  const headers = { 'retry-after': String(Math.max(1, Math.ceil(afterMs / 1_000))) };
  return new HttpError(
    503,
    'RATE_LIMITED',
    'Too many requests for pictures: try again later',
    headers,
    retryAt,
  );
}
