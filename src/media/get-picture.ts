import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { checkedLookup, type Resolve, systemResolve } from '../platform/checked-lookup.ts';
import { formatBytes } from '../shared/bytes.ts';
import { must } from '../shared/errors.ts';
import { version } from '../version.ts';
import { contentTypeOf, headBytes } from './content-type.ts';
import { PictureError } from './failure.ts';
import { parsePictureUrl } from './hosts.ts';

const redirectsMax = 3;

/**
 * Creates the agent for the picture hosts: no connection goes to a private address, whatever a name resolves to, or
 * through a proxy. `resolve` is by default the system's.
 */
export const pictureAgent = (resolve: Resolve = systemResolve): Agent =>
  new Agent({ keepAlive: true, maxFreeSockets: 8, timeout: 10_000, lookup: checkedLookup(resolve, false) });

type Get = {
  readonly agent: Agent;
  /** Aborts the request, which then throws the signal's reason. */
  readonly signal: AbortSignal;
  /** Most bytes of a picture. */
  readonly maxBytes: number;
};

/**
 * Fetches a picture. Follows redirects within the allowed hosts. Throws a PictureError with the reason when there is no
 * picture, and closes the connection as soon as that is known.
 */
export async function getPicture(from: URL, options: Get): Promise<Buffer> {
  let url = from;
  for (let redirects = 0; redirects <= redirectsMax; redirects += 1) {
    const answer = await ask(url, options);
    const status = answer.statusCode ?? 0;
    if (status === 200) return read(answer, options);
    answer.destroy();
    const { location } = answer.headers;
    if (status < 300 || status >= 400 || location === undefined) throw notThere(status);
    const next = parsePictureUrl(location, url);
    if (next === null) throw new PictureError('REFUSED', 'the host redirects to another one');
    url = next;
  }
  throw new PictureError('REFUSED', `more than ${redirectsMax} redirects`);
}

/** Reveals nothing about the server's users: no cookie, no referrer. */
const headers = {
  accept: 'image/avif,image/webp,image/png,image/jpeg,image/gif',
  'accept-encoding': 'identity',
  'user-agent': `larkstat/${version}`,
};

function ask(url: URL, { agent, signal }: Get): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, { agent, signal, headers })
      .on('response', resolve)
      // Stays after the answer: a later error is reported by the answer, too.
      .on('error', (error) => reject(failed(error, signal)))
      .end();
  });
}

/** Room for most pictures. */
const firstBytes = 65_536;

async function read(answer: IncomingMessage, { signal, maxBytes }: Get): Promise<Buffer> {
  // One growing buffer, because a host may send single bytes, and a chunk object for each would take a hundred bytes.
  let held = Buffer.allocUnsafe(Math.min(firstBytes, maxBytes));
  let bytes = 0;
  if (Number(answer.headers['content-length'] ?? 0) > maxBytes) {
    answer.destroy();
    throw tooLarge(maxBytes);
  }
  try {
    // Leaving the loop ends the connection.
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      const before = bytes;
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      if (bytes > held.byteLength)
        held = Buffer.concat([held], Math.min(maxBytes, Math.max(bytes, held.byteLength * 2)));
      chunk.copy(held, before);
      if (before < headBytes && bytes >= headBytes) requirePicture(held.subarray(0, bytes));
    }
  } catch (error) {
    throw failed(must(error as Error | null, 'something was thrown'), signal);
  }
  const picture = held.subarray(0, bytes);
  requirePicture(picture);
  return picture;
}

function requirePicture(head: Buffer): void {
  if (contentTypeOf(head) === null)
    throw new PictureError('REFUSED', 'the host sent something other than PNG, JPEG, GIF, WebP or AVIF');
}

const tooLarge = (maxBytes: number): PictureError =>
  new PictureError('REFUSED', `the picture has more than ${formatBytes(maxBytes)}`);

/** 408 and 429 ask to retry; other statuses from 400 to 499 mean that there is no picture. */
function notThere(status: number): PictureError {
  const isFinal = status >= 400 && status < 500 && status !== 408 && status !== 429;
  return new PictureError(isFinal ? 'MISSING' : 'FAILED', `the host answered ${status}`);
}

function failed(error: Error, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof PictureError) return error;
  return new PictureError('FAILED', 'the connection failed', { cause: error });
}
