import { Agent as HttpAgent, type IncomingMessage, request as overHttp } from 'node:http';
import { Agent as HttpsAgent, request as overHttps } from 'node:https';
import type { LookupFunction } from 'node:net';

/** Limits on an answer. */
export type AnswerLimits = {
  /** Time limit for connecting, including the DNS look-up and TLS. */
  readonly connectMs: number;
  /** Time limit until the status arrives. */
  readonly totalMs: number;
  /** Bytes of the answer's body that are read and discarded, so that a polite receiver can finish sending. */
  readonly bodyBytes: number;
};

export const answerLimits: AnswerLimits = { connectMs: 5_000, totalMs: 15_000, bodyBytes: 8_192 };

/** Why there was no answer, without parts of the URL. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

type Post = {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly lookup: LookupFunction;
  readonly limits: AnswerLimits;
};

/**
 * Sends a body and returns the status of the answer once its headers have arrived. A redirect is an ordinary answer and
 * is not followed. The connection is used for this request only, bypasses proxies, and is closed after a few kB of the
 * answer's body, or when the time is up.
 */
export function postBody({ url, headers, body, lookup, limits }: Post): Promise<number> {
  const isHttps = url.protocol === 'https:';
  // Not the global agent, which keeps connections open and uses a proxy that the environment names.
  const agent = isHttps ? new HttpsAgent({ keepAlive: false }) : new HttpAgent({ keepAlive: false });
  return new Promise((resolve, reject) => {
    const request = (isHttps ? overHttps : overHttp)(url, { method: 'POST', headers, agent, lookup });
    const fail = (error: Error) => {
      reject(error);
      request.destroy();
    };
    const connecting = setTimeout(
      () => fail(new NoAnswerError(`no connection within ${limits.connectMs / 1_000} s`)),
      limits.connectMs,
    );
    const total = setTimeout(() => {
      fail(new NoAnswerError(`no answer within ${limits.totalMs / 1_000} s`));
    }, limits.totalMs);
    request.on('socket', (socket) => {
      socket.once(isHttps ? 'secureConnect' : 'connect', () => clearTimeout(connecting));
    });
    request.on('response', (response) => {
      resolve(response.statusCode ?? 0);
      drain(response, limits.bodyBytes);
    });
    // Stays after the answer, so that a later error is ignored.
    request.on('error', (error) => reject(error));
    request.on('close', () => {
      clearTimeout(connecting);
      clearTimeout(total);
      agent.destroy();
      reject(new NoAnswerError('the connection was closed without an answer'));
    });
    request.end(body);
  });
}

function drain(response: IncomingMessage, bytesMax: number): void {
  let bytes = 0;
  response.on('error', () => {});
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) response.destroy();
  });
}
