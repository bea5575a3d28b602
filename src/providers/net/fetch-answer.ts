import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { AnswerError } from './answer-error.ts';
import { tooDeep } from './json-depth.ts';
import { type Question, send, unpacked } from './send.ts';

/** Bytes of the largest answer that is read: the largest one recorded of any provider has 1.4 MB. */
export const answerBytesMax = 8_000_000;
/** Lists and objects inside one another: recorded answers of X's web client have 30, the others 9. */
export const answerDepthMax = 100;

/** One request. Nobody but this folder sends any to a provider, so that no answer escapes the limits. */
export type ProviderRequest = Question & {
  /** From the question to the last byte of the answer, however slowly that comes. */
  readonly timeoutMs: number;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  /** Redirects that are followed; not given: none is. Only for requests without a key, which is meant for one host. */
  readonly redirects?: number;
};

/** A whole answer. A redirect that is not followed is one, too. */
export type ProviderAnswer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
};

/** A whole answer, and what its text says; undefined when that is no JSON. */
export type JsonAnswer = ProviderAnswer & { readonly json: unknown };

/**
 * Asks, and reads the answer up to `answerBytesMax`, as it came and unpacked. Throws an AnswerError, or the signal's
 * reason. The headers are limited by Node itself (16 kB).
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
    if (timeout.aborted) throw new AnswerError(`no whole answer within ${timeoutMs} ms`, true);
    throw lost(cause);
  }
}

/** `redirects` null: a redirect is the answer. */
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

/** As `fetchText`, for answers that are to be JSON: nesting beyond `answerDepthMax` is an AnswerError. */
export async function fetchJson(request: ProviderRequest): Promise<JsonAnswer> {
  const answer = await fetchText(request);
  if (tooDeep(answer.text, answerDepthMax)) {
    throw new AnswerError(`an answer nested deeper than ${answerDepthMax} levels, the limit`, false);
  }
  return { ...answer, json: parsed(answer.text) };
}

async function readBody(response: IncomingMessage): Promise<string> {
  // Of the packed bytes; the count below is of the unpacked ones, whatever was promised here.
  const promised = Number(response.headers['content-length'] ?? 0);
  if (promised > answerBytesMax) {
    response.destroy();
    throw tooLarge(`${promised} bytes`);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop destroys the stream, and with it the connection: what is not read does not go on coming.
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

/** What happened is in the code; the message may be anything. */
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
