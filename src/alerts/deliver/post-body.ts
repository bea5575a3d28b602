import { Agent as HttpAgent, type IncomingMessage, request as overHttp } from 'node:http';
import { Agent as HttpsAgent, request as overHttps } from 'node:https';
import type { LookupFunction } from 'node:net';

/** What an answer may take. */
export type AnswerLimits = {
  /** Until the connection is there, the look-up of the name and TLS included. */
  readonly connectMs: number;
  /** Until the status is there. */
  readonly totalMs: number;
  /** Bytes of the answer's body that are read, and thrown away, so that a polite receiver is not cut off. */
  readonly bodyBytes: number;
};

export const answerLimits: AnswerLimits = { connectMs: 5_000, totalMs: 15_000, bodyBytes: 8_192 };

/** Why there was no answer, in words that tell nothing of the URL. */
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
 * Sends a body, and gives the status of the answer once its headers are there. A redirect is an answer like any other: it
 * is not followed. The connection is of this request alone, goes by no proxy, and is closed when some kB of the answer's
 * body have come, or the time is up.
 */
export function postBody({ url, headers, body, lookup, limits }: Post): Promise<number> {
  const isHttps = url.protocol === 'https:';
  // Not the global agent: that keeps connections, and goes by a proxy where the environment names one.
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
    // The listener stays after the answer: an error that comes later changes nothing.
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
