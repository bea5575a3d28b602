import { tooDeep } from './json-depth.ts';

/** Bytes of the largest answer that is read: the largest one recorded of any provider has 1.4 MB. */
export const answerBytesMax = 8_000_000;
/** Lists and objects inside one another: recorded answers of X's web client have 30, the others 9. */
export const answerDepthMax = 100;

/** One request. Nobody but this file sends any to a provider, so that no answer escapes the limits. */
export type ProviderRequest = {
  readonly url: string | URL;
  readonly method?: string;
  readonly headers: HeadersInit;
  readonly body?: RequestInit['body'];
  /** From the question to the last byte of the answer, however slowly that comes. */
  readonly timeoutMs: number;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  /** Whether redirects are followed, 20 at most. Only for requests without a key, which is meant for one host. */
  readonly followRedirects?: boolean;
};

/** A whole answer. A redirect that is not followed is one, too. */
export type ProviderAnswer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
};

/** A whole answer, and what its text says; undefined when that is no JSON. */
export type JsonAnswer = ProviderAnswer & { readonly json: unknown };

/** There is no answer that can be used. The message goes on after the provider's name. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
  constructor(
    message: string,
    /** Whether the same request may do better. */
    readonly mayPass: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Asks, and reads the answer up to `answerBytesMax`, as it came and unpacked. Throws an AnswerError, or the signal's
 * reason. The headers are limited by Node itself (16 kB).
 */
export async function fetchText(request: ProviderRequest): Promise<ProviderAnswer> {
  const { signal, timeoutMs } = request;
  signal.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMs);
  // Cuts the connection: what is not read must not go on coming.
  const cut = new AbortController();
  try {
    const response = await fetch(request.url, {
      method: request.method ?? 'GET',
      headers: request.headers,
      body: request.body ?? null,
      redirect: request.followRedirects ? 'follow' : 'manual',
      signal: AbortSignal.any([signal, timeout, cut.signal]),
    });
    return { status: response.status, headers: response.headers, text: await readBody(response) };
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof AnswerError) throw cause;
    if (timeout.aborted) throw new AnswerError(`no whole answer within ${timeoutMs} ms`, true);
    throw lost(cause);
  } finally {
    cut.abort();
  }
}

/** As `fetchText`, for answers that are to be JSON: nesting beyond `answerDepthMax` is an AnswerError. */
export async function fetchJson(request: ProviderRequest): Promise<JsonAnswer> {
  const answer = await fetchText(request);
  if (tooDeep(answer.text, answerDepthMax)) {
    throw new AnswerError(`an answer nested deeper than ${answerDepthMax} levels, the limit`, false);
  }
  return { ...answer, json: parsed(answer.text) };
}

async function readBody(response: Response): Promise<string> {
  // Of the packed bytes; the count below is of the unpacked ones, whatever was promised here.
  const promised = Number(response.headers.get('content-length') ?? 0);
  if (promised > answerBytesMax) throw tooLarge(`${promised} bytes`);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > answerBytesMax) throw tooLarge(`more than ${bytes - chunk.byteLength} bytes`);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** `fetch failed` says nothing: what happened is in its cause. */
function lost(cause: unknown): AnswerError {
  const inner: unknown = cause instanceof Error ? cause.cause : null;
  const code = inner instanceof Error && 'code' in inner ? String(inner.code) : null;
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return new AnswerError('headers of more than 16 kB', false);
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
