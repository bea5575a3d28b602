import type { ErrorCode } from '../../shared/errors.ts';
import { ProviderError, type Remedy } from '../provider-error.ts';

/** A failure of SocialData. */
export function failure(
  code: ErrorCode,
  remedy: Remedy,
  message: string,
  more: { readonly retryAt?: Date; readonly cause?: unknown } = {},
): ProviderError {
  const { retryAt, cause } = more;
  return new ProviderError(
    {
      provider: 'SOCIALDATA',
      code,
      remedy,
      message,
      ...(retryAt === undefined ? {} : { retryAt }),
    },
    cause === undefined ? undefined : { cause },
  );
}

/** What it sent has another form than what it documents. */
export function notUnderstood(problem: string): ProviderError {
  return failure('PROVIDER_UNAVAILABLE', 'NEXT', `it sent an answer that is not understood: ${problem}`);
}
