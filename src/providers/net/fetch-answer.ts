import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { AnswerError } from './answer-error.ts';
import { tooDeep } from './json-depth.ts';
import { type Question, send, unpacked } from './send.ts';

/** Most bytes of an answer that are read; the largest answer recorded of any provider has 1.4 MB. */
export const answerBytesMax = 8_000_000;
/** Deepest nesting of lists and objects; recorded answers of X's web client have 30 levels, the others 9. */
export const answerDepthMax = 100;

/** One request. Only this folder sends requests to providers, so that every answer is subject to the limits. */
export type ProviderRequest = Question & {
  /** Time limit from sending the request to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  /**
   * How many redirects to follow; without it, a redirect is returned as the answer. Set it only for requests without a
   * key, since a key must not reach another host.
   */
  readonly redirects?: number;
};

/** A complete answer. A redirect that is not followed is one, too. */
export type ProviderAnswer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
};

/** A complete answer with its parsed JSON; undefined when the text is not JSON. */
export type JsonAnswer = ProviderAnswer & { readonly json: unknown };

/**
 * Sends a request and reads at most `answerBytesMax` of the answer, both compressed and decompressed. Throws an
 * AnswerError, or the signal's reason. Node itself limits the headers to 16 kB.
 */
export async function fetchText(request: ProviderRequest): Promise<ProviderAnswer> {
  const { signal, timeoutMs, redirects = null } = request;
  signal.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await follow(request, redirects, AbortSignal.any([signal, timeout]));
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof AnswerError) throw cause;
    if (timeout.aborted) throw new AnswerError(`no complete answer within ${timeoutMs} ms`, true);
    throw lost(cause);
  }
}

/** With `redirects` null, a redirect is the answer. */
async function follow(
  question: Question,
  redirects: number | null,
  signal: AbortSignal,
): Promise<ProviderAnswer> {
  const response = await send(question, signal);
  const { statusCode: status = 0, headers } = response;
  if (redirects !== null && status >= 300 && status < 400 && headers.location !== undefined) {
    response.destroy();
    if (redirects === 0) throw new AnswerError('too many redirects', false);
    const url = new URL(headers.location, question.url);
    return follow({ ...question, url }, redirects - 1, signal);
  }
  return { status, headers: headersOf(headers), text: await readBody(response) };
}

/** Like `fetchText`, for JSON answers. Nesting beyond `answerDepthMax` is an AnswerError. */
export async function fetchJson(request: ProviderRequest): Promise<JsonAnswer> {
  const answer = await fetchText(request);
  if (tooDeep(answer.text, answerDepthMax)) {
    throw new AnswerError(`an answer nested deeper than ${answerDepthMax} levels, the limit`, false);
  }
  return { ...answer, json: parsed(answer.text) };
}

async function readBody(response: IncomingMessage): Promise<string> {
  // The header counts compressed bytes. The loop below counts decompressed ones, whatever the header says.
  const announced = Number(response.headers['content-length'] ?? 0);
  if (announced > answerBytesMax) {
    response.destroy();
    throw tooLarge(`${announced} bytes`);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop destroys the stream and its connection, so that the rest is not transferred.
  for await (const chunk of unpacked(response) as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > answerBytesMax) throw tooLarge(`more than ${bytes - chunk.byteLength} bytes`);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function headersOf(headers: IncomingHttpHeaders): Headers {
  const known = new Headers();
  for (const [name, value = ''] of Object.entries(headers)) {
    for (const one of [value].flat()) known.append(name, one);
  }
  return known;
}

/** The error code says what happened; the message is not stable. */
function lost(cause: unknown): AnswerError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : null;
  if (code === 'HPE_HEADER_OVERFLOW') return new AnswerError('headers of more than 16 kB', false);
  const what = 'the connection failed or was lost';
  return new AnswerError(code === null ? what : `${what} (${code})`, true, { cause });
}

const tooLarge = (figure: string) =>
  new AnswerError(`an answer of ${figure}, ${answerBytesMax} are read`, false);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
