import { DomainError, type ErrorCode } from '../../shared/errors.ts';

/** Twitch's API gave no usable answer; the code says whether a retry may help. */
export class HelixError extends DomainError {
  override readonly name = 'HelixError';
  constructor(code: ErrorCode, message: string, retryAt?: Date, options?: ErrorOptions) {
    super(code, message, { ...options, ...(retryAt ? { retryAt } : {}) });
  }
}
