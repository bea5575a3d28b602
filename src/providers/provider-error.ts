import { DomainError, type ErrorCode } from '../shared/errors.ts';
import type { FetchProviderName } from './fetch-provider.ts';

/** What may be done about it. */
export type Remedy =
  /** The same again, after a pause: a hiccup of the network or of their servers. */
  | 'RETRY'
  /** Another provider, or this one later: a limit, a spent budget, a refused key, an answer nobody understands. */
  | 'NEXT'
  /** Nothing: the account is gone, protected or suspended, and every provider would say so. */
  | 'NONE';

/**
 * A provider could not do what it was asked. The message says what to do, and does not name the provider: whoever shows
 * it puts the name in front, since several may have failed.
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
