import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
} from 'cockatiel';
import { ProviderError } from '../providers/provider-error.ts';

export type CircuitOptions = {
  /** The first pause before a retry; later pauses grow, with jitter. */
  readonly backoffMs: number;
  /** How long a failing provider is not asked. */
  readonly openMs: number;
};

export const defaultCircuit: CircuitOptions = { backoffMs: 500, openMs: 60_000 };

/** Retries of one call. With pauses that double from half a second, they span about 30 s. */
const retries = 6;
/** Opens after so many calls in a row that failed with all their retries. */
const failuresToOpen = 3;

/**
 * A circuit breaker for one provider: temporary failures are retried, and a provider that keeps failing is not asked
 * for a while.
 */
export type Circuit = {
  call<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** When the provider may be asked again; null while it may be asked. It closes again by itself. */
  openUntil(): number | null;
};

/** Creates the circuit of one provider, closed at first. */
export function openCircuit(options: CircuitOptions, now: () => number): Circuit {
  let openedAt: number | null = null;
  const retrying = retry(
    handleWhen((error) => error instanceof ProviderError && error.remedy === 'RETRY'),
    {
      maxAttempts: retries,
      backoff: new ExponentialBackoff({ initialDelay: options.backoffMs, maxDelay: 15_000 }),
    },
  );
  const breaker = circuitBreaker(handleWhen(isProviderFault), {
    halfOpenAfter: options.openMs,
    breaker: new ConsecutiveBreaker(failuresToOpen),
  });
  breaker.onBreak(() => {
    openedAt = now();
  });
  return {
    call: (work, signal) => breaker.execute(() => retrying.execute(work, signal), signal),
    openUntil: () => {
      if (breaker.state !== CircuitState.Open || openedAt === null) return null;
      const until = openedAt + options.openMs;
      // Then the next call tests the provider.
      return until > now() ? until : null;
    },
  };
}

/** Rate limits and spent budgets end by themselves, and a deleted account is not the provider's fault. */
function isProviderFault(error: unknown): boolean {
  return (
    error instanceof ProviderError &&
    error.remedy !== 'NONE' &&
    error.code !== 'RATE_LIMITED' &&
    error.code !== 'BUDGET_EXCEEDED'
  );
}

/** Whether the circuit, not the provider, refused the call. */
export const isRefused = (error: unknown): boolean => error instanceof BrokenCircuitError;
