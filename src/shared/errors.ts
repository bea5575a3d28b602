import { messageText } from './text.ts';

/** The public error codes, with the API's descriptions. Clients switch on the code, never on the message. */
export const errorCodes = {
  BAD_INPUT: { description: 'An argument, a file or the request itself is invalid.' },
  NOT_FOUND: { description: 'The named object does not exist.' },
  ACCOUNT_PROTECTED: { description: 'Only approved followers see the posts of the account.' },
  ACCOUNT_SUSPENDED: { description: 'The platform suspended the account.' },
  PROVIDER_NOT_CONFIGURED: {
    description: 'No provider is configured that could fetch it: see `system.providers`.',
  },
  PROVIDER_UNAVAILABLE: {
    description: 'The provider failed, refused, or sent an answer that could not be read.',
  },
  RATE_LIMITED: {
    description:
      'The provider takes no more requests for now, the caller asked for more than its limit, or the server is busy; retryAt says until when, if known.',
  },
  BUDGET_EXCEEDED: {
    description: "It would exceed the provider's budget of the month, or its balance is used up.",
  },
  UNAUTHENTICATED: { description: 'A key is needed, and none was sent or it is not valid.' },
  FORBIDDEN: {
    description:
      "The key's scope does not include it; or the request's Origin or Host is not allowed: set ALLOWED_ORIGINS or ALLOWED_HOSTS; or only registered operations are.",
  },
  QUERY_TOO_COMPLEX: {
    description:
      'A request asks for more than a configured limit allows; the message names the limit and the figure.',
  },
  TIMEOUT: { description: 'It took longer than a configured limit allows.' },
  STORE_UNAVAILABLE: { description: 'The database is away: try again at retryAt.' },
  INTERNAL: {
    description: 'An unexpected failure (the log has the details), or a full disk (the message says which).',
  },
} as const;
export type ErrorCode = keyof typeof errorCodes;

/** A failure that a caller can act on. The message gives the rule and the value. */
export class DomainError extends Error {
  override readonly name: string = 'DomainError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions & { readonly retryAt?: Date },
  ) {
    // The message may quote other programs, e.g. a key that was sent back to us, or a megabyte.
    super(messageText(message), options);
    this.retryAt = options?.retryAt ?? null;
  }
  /** When a retry may help; null when waiting alone does not help. */
  readonly retryAt: Date | null;
}

/** An argument, a file or the request itself is invalid. */
export class BadInputError extends DomainError {
  override readonly name: string = 'BadInputError';
  constructor(message: string, options?: ErrorOptions) {
    super('BAD_INPUT', message, options);
  }
}

/** The named object does not exist. */
export class NotFoundError extends DomainError {
  override readonly name: string = 'NotFoundError';
  constructor(message: string) {
    super('NOT_FOUND', message);
  }
}

/** A request asks for more than a configured limit allows; the message names the limit and the figure. */
export class QueryTooComplexError extends DomainError {
  override readonly name: string = 'QueryTooComplexError';
  constructor(message: string) {
    super('QUERY_TOO_COMPLEX', message);
  }
}

/** A key is needed, and none was sent or it is unknown, expired or revoked. */
export class UnauthenticatedError extends DomainError {
  override readonly name: string = 'UnauthenticatedError';
  constructor(message: string) {
    super('UNAUTHENTICATED', message);
  }
}

/** The scope of the caller's key does not include what was asked. */
export class ForbiddenError extends DomainError {
  override readonly name: string = 'ForbiddenError';
  constructor(message: string) {
    super('FORBIDDEN', message);
  }
}

/** The caller asked for more than it may in this time. */
export class RateLimitedError extends DomainError {
  override readonly name: string = 'RateLimitedError';
  constructor(message: string, retryAt: Date) {
    super('RATE_LIMITED', message, { retryAt });
  }
}

/** Returns the value; throws an assertion error that says why it cannot be missing. */
export function must<T>(value: T | null | undefined, why: string): T {
  if (value === null || value === undefined) throw new Error(`broken invariant: ${why}`);
  return value;
}
