import { DomainError, type ErrorCode } from '../../shared/errors.ts';

/** Twitch's API could not say what it was asked; the code tells whether trying again may help. */
export class HelixError extends DomainError {
  override readonly name = 'HelixError';
  constructor(code: ErrorCode, message: string, retryAt?: Date, options?: ErrorOptions) {
    super(code, message, { ...options, ...(retryAt ? { retryAt } : {}) });
  }
}
