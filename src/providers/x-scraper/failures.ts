import { redact } from '../../shared/secrets.ts';
import { toIso } from '../../shared/instant.ts';
import { countOf, isWire, listOf, textOf, type Wire } from '../x/json.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { AnswerError } from '../net/answer-error.ts';
import { resetTime } from '../net/reset-time.ts';
import { ProviderError, type Remedy } from '../provider-error.ts';

/** Creates an error of this provider. */
export function failure(
  code: ErrorCode,
  remedy: Remedy,
  message: string,
  more: { readonly retryAt?: number; readonly cause?: unknown } = {},
): ProviderError {
  return new ProviderError(
    {
      provider: 'X_SCRAPER',
      code,
      remedy,
      message,
      ...(more.retryAt === undefined ? {} : { retryAt: new Date(more.retryAt) }),
    },
    more.cause === undefined ? {} : { cause: more.cause },
  );
}

/** X's answer has an unknown format: `where` is the path of what is missing or unexpected. */
export function drift(where: string): ProviderError {
  return failure(
    'PROVIDER_UNAVAILABLE',
    'NEXT',
    `X's answer has a new format: ${where}. Look for a newer version of larkstat.`,
  );
}

/** The network or X's servers failed: a retry may succeed. */
export function temporaryFailure(what: string, cause?: unknown): ProviderError {
  return failure('PROVIDER_UNAVAILABLE', 'RETRY', what, { cause });
}

/** Returns the error for an answer that is incomplete or exceeds a limit. */
export function unusable(error: AnswerError): ProviderError {
  if (error.mayPass) return temporaryFailure(`X could not be reached: ${error.message}`, error);
  return failure('PROVIDER_UNAVAILABLE', 'NEXT', `X sent ${error.message}`);
}

/** The window of X's limits, used when a refusal does not say when it ends. */
const windowMs = 15 * 60_000;

/** The rate limit that X sends with every answer. */
export type RateLimit = { readonly remaining: number | null; readonly resetAt: number | null };

/** Returns the error for a status outside 2xx. */
export function refusal(answer: {
  readonly status: number;
  readonly json: unknown;
  readonly limit: RateLimit;
  readonly loggedIn: boolean;
  readonly now: number;
}): ProviderError {
  const { status, loggedIn, now, limit } = answer;
  const said = firstMessage(answer.json);
  if (status === 429) return rateLimited(limit, now);
  if (status === 401 || status === 403) {
    return failure(
      'PROVIDER_UNAVAILABLE',
      'NEXT',
      loggedIn
        ? `X refused the cookies (${status}${said}): they have expired: renew X_SCRAPER_COOKIES`
        : `X refused a guest (${status}${said}): set X_SCRAPER_COOKIES`,
    );
  }
  if (status === 404 || status === 400) {
    return failure(
      'PROVIDER_UNAVAILABLE',
      'NEXT',
      `X does not know the request (${status}${said}): the scraper library is older than X's site`,
    );
  }
  if (status >= 500) return temporaryFailure(`X answered ${status}`);
  return failure('PROVIDER_UNAVAILABLE', 'NEXT', `X answered ${status}${said}`);
}

/** Returns when the limit is reset, in ms since 1970; one window from now when X does not say. */
export function limitEnd(limit: RateLimit, now: number): number {
  return resetTime(limit.resetAt ?? 0, now) ?? now + windowMs;
}

function rateLimited(limit: RateLimit, now: number): ProviderError {
  const retryAt = limitEnd(limit, now);
  return failure('RATE_LIMITED', 'NEXT', `X allows no more requests until ${toIso(retryAt)}`, { retryAt });
}

function firstMessage(json: unknown): string {
  const message = isWire(json) ? textOf(listOf(json.errors)[0]?.message) : null;
  return message === null ? '' : `: ${redact(message.slice(0, 1_000)).slice(0, 200)}`;
}

/** Returns the error for the `errors` of an answer without data. */
export function refusalInside(errors: readonly Wire[], now: number): ProviderError {
  const [first = {}] = errors;
  const message = textOf(first.message) ?? 'no message';
  const extensions = isWire(first.extensions) ? first.extensions : {};
  switch (countOf(first.code) ?? countOf(extensions.code)) {
    case 50:
      return accountGone(message);
    case 63:
      return accountSuspended();
    case 144:
      return failure('NOT_FOUND', 'NONE', `X has no such post: ${message}`);
    case 88:
      return rateLimited({ remaining: 0, resetAt: null }, now);
    case 32:
    case 64:
    case 326:
    case 353:
      return failure(
        'PROVIDER_UNAVAILABLE',
        'NEXT',
        `X refused the cookies (${message}): renew X_SCRAPER_COOKIES`,
      );
  }
  if ((first.kind ?? extensions.kind) === 'Validation') {
    return failure('BAD_INPUT', 'NEXT', `X refused the request: ${message}`);
  }
  return failure('PROVIDER_UNAVAILABLE', 'NEXT', `X answered with an error and no data: ${message}`);
}

/** X says that there is no such account. */
export function accountGone(which: string): ProviderError {
  return failure('NOT_FOUND', 'NONE', `X has no such account: ${which}`);
}

/** X suspended the account. */
export function accountSuspended(): ProviderError {
  return failure('ACCOUNT_SUSPENDED', 'NONE', 'X suspended the account');
}

/** Only followers may read the account. */
export function accountProtected(handle: string): ProviderError {
  return failure('ACCOUNT_PROTECTED', 'NONE', `@${handle} is protected: only followers see its posts`);
}
