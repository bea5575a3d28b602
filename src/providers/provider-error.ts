import { DomainError, type ErrorCode } from '../shared/errors.ts';
import type { FetchProviderName } from './fetch-provider.ts';

/** What the caller can do after a failure. */
export type Remedy =
  /** Ask again after a pause: the network or the provider's servers failed for a moment. */
  | 'RETRY'
  /**
   * Ask another provider, or this one later: a rate limit, a spent budget, a refused key, or an answer in an unknown
   * format.
   */
  | 'NEXT'
  /** Nothing: the account is gone, protected or suspended, which is the same for every provider. */
  | 'NONE';

/**
 * A provider could not do what it was asked. The message says what to do. It does not name the provider: the code that
 * shows it puts the name in front, since several providers may have failed.
 */
export class ProviderError extends DomainError {
  override readonly name = 'ProviderError';
  readonly provider: FetchProviderName;
  readonly remedy: Remedy;
  constructor(
    failure: {
      readonly provider: FetchProviderName;
      readonly code: ErrorCode;
      readonly message: string;
      readonly remedy: Remedy;
      readonly retryAt?: Date;
    },
    options?: ErrorOptions,
  ) {
    super(failure.code, failure.message, {
      ...options,
      ...(failure.retryAt ? { retryAt: failure.retryAt } : {}),
    });
    this.provider = failure.provider;
    this.remedy = failure.remedy;
  }
}
