import type { ErrorCode } from '../../shared/errors.ts';
import { ProviderError, type Remedy } from '../provider-error.ts';

/** Creates an error of SocialData. */
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

/** The answer does not have the documented format. */
export function notUnderstood(problem: string): ProviderError {
  return failure('PROVIDER_UNAVAILABLE', 'NEXT', `it sent an answer that is not understood: ${problem}`);
}
