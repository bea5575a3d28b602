export const errorCodes = [
  'BAD_INPUT',
  'NOT_FOUND',
  'ACCOUNT_PROTECTED',
  'ACCOUNT_SUSPENDED',
  'PROVIDER_NOT_CONFIGURED',
  'PROVIDER_UNAVAILABLE',
  'RATE_LIMITED',
  'BUDGET_EXCEEDED',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'QUERY_TOO_COMPLEX',
  'TIMEOUT',
  'INTERNAL',
] as const;
/** The public error codes: clients switch on these, never on a message. */
export type ErrorCode = (typeof errorCodes)[number];

/** A failure that a caller can act on. The message gives the rule and the value. */
export class DomainError extends Error {
  override readonly name: string = 'DomainError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions & { readonly retryAt?: Date },
  ) {
    super(message, options);
    this.retryAt = options?.retryAt ?? null;
  }
  /** When trying again may help; null where it will not by itself. */
  readonly retryAt: Date | null;
}

/** Something the caller gave is not what was asked for. */
export class BadInputError extends DomainError {
  override readonly name: string = 'BadInputError';
  constructor(message: string, options?: ErrorOptions) {
    super('BAD_INPUT', message, options);
  }
}

/** What was named does not exist. */
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

/** The value, or an assertion error that says why it cannot be missing. */
export function must<T>(value: T | null | undefined, why: string): T {
  if (value === null || value === undefined) throw new Error(`broken invariant: ${why}`);
  return value;
}
