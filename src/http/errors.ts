import type { IncomingMessage, ServerResponse } from 'node:http';
import { DomainError, type ErrorCode } from '../shared/errors.ts';

/** A request that is refused before GraphQL runs, with its HTTP status. */
export class HttpError extends DomainError {
  override readonly name: string = 'HttpError';
  constructor(
    readonly status: number,
    code: ErrorCode,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
    retryAt: Date | null = null,
  ) {
    super(code, message, retryAt === null ? {} : { retryAt });
  }
}

/** Returns the HTTP status and headers for a domain error. */
export function domainHttpError(error: DomainError): HttpError {
  const { code, message } = error;
  switch (code) {
    case 'UNAUTHENTICATED':
      return new HttpError(401, code, message, { 'www-authenticate': 'Bearer realm="larkstat"' });
    case 'FORBIDDEN':
      return new HttpError(403, code, message);
    case 'RATE_LIMITED':
      return new HttpError(429, code, message, retryAfter(error), error.retryAt);
    case 'STORE_UNAVAILABLE':
      return new HttpError(503, code, message, retryAfter(error), error.retryAt);
    default:
      return new HttpError(400, code, message);
  }
}

/** Returns the body of an answer without execution: one error, no data. */
export function errorBody(code: ErrorCode, message: string, retryAt: Date | null = null): string {
  const extensions = retryAt === null ? { code } : { code, retryAt };
  return JSON.stringify({ errors: [{ message, extensions }] });
}

/** Returns the Retry-After header; none when the time is unknown. */
export function retryAfter({ retryAt }: Pick<DomainError, 'retryAt'>): Readonly<Record<string, string>> {
  if (retryAt === null) return {};
  return { 'retry-after': String(Math.max(1, Math.ceil((retryAt.getTime() - Date.now()) / 1_000))) };
}

/** How long data from a refused client is read and discarded. */
const lingerMs = 2_000;

/**
 * Answers with an error. When the client is still sending, the answer goes out at once and the connection closes
 * a little later: closing with bytes unread resets the connection, and the client would lose the answer.
 */
export function sendError(req: IncomingMessage, res: ServerResponse, error: HttpError): void {
  const answer = (): void => {
    if (isOver(res)) return;
    if (isStillSending(req)) endAndClose(req, res, error);
    else endWith(res, error);
  };
  if (!res.headersSent) res.statusCode = error.status;
  // Node marks a body that came together with its head as complete only after this turn of the event loop.
  if (isStillSending(req)) setImmediate(answer);
  else answer();
}

function endWith(res: ServerResponse, error: HttpError): void {
  const body = bodyOf(error);
  res.writeHead(error.status, headersOf(error, body)).end(body);
}

/** Answers while the client is sending, and closes the connection when it has ended or is late. */
function endAndClose(req: IncomingMessage, res: ServerResponse, error: HttpError): void {
  const body = bodyOf(error);
  res.writeHead(error.status, { ...headersOf(error, body), connection: 'close' });
  if (req.method !== 'HEAD') res.write(body);
  const close = () => {
    clearTimeout(timer);
    res.end();
  };
  const timer = setTimeout(close, lingerMs);
  req.on('error', () => {}); // the client may leave at any time
  req.once('end', close);
  req.once('close', close);
  req.resume();
}

/** Whether no answer can be sent any more. Cuts off an answer that has begun, so that nobody takes it for a complete one. */
function isOver(res: ServerResponse): boolean {
  if (!res.headersSent && !res.destroyed) return false;
  res.destroy();
  return true;
}

const bodyOf = ({ code, message, retryAt }: HttpError): string => errorBody(code, message, retryAt);

const headersOf = ({ headers }: HttpError, body: string): Readonly<Record<string, string | number>> => ({
  'content-type': 'application/json; charset=utf-8',
  'content-length': Buffer.byteLength(body),
  ...headers,
});

function isStillSending(req: IncomingMessage): boolean {
  const hasBody =
    req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
  return hasBody && !req.complete;
}

/** Returns the error for a wrong method; `allow` names the allowed ones. */
export function wrongMethod(allow: string): HttpError {
  return new HttpError(405, 'BAD_INPUT', `Wrong method: ${allow} allowed`, { allow });
}
