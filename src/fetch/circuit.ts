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
  /** The first pause before a try is repeated; later ones grow, with jitter. */
  readonly backoffMs: number;
  /** How long a provider that keeps failing is left alone. */
  readonly openMs: number;
};

/** What holds where nothing else is said. */
export const defaultCircuit: CircuitOptions = { backoffMs: 500, openMs: 60_000 };

/** Repeats of one call: with pauses that double from half a second they span some 30 s. */
const repeats = 6;
/** Calls in a row that failed with all their repeats. */
const failuresToOpen = 3;

/** Calls to one provider: hiccups are repeated, and one that keeps failing is left alone for a while. */
export type Circuit = {
  call<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Until when it is left alone; null while it may be called. It closes again by itself. */
  openUntil(): number | null;
};

/** The circuit of one provider, closed at first. */
export function openCircuit(options: CircuitOptions, now: () => number): Circuit {
  let openedAt: number | null = null;
  const repeated = retry(
    handleWhen((error) => error instanceof ProviderError && error.remedy === 'RETRY'),
    {
      maxAttempts: repeats,
      backoff: new ExponentialBackoff({ initialDelay: options.backoffMs, maxDelay: 15_000 }),
    },
  );
  const breaker = circuitBreaker(handleWhen(isTheirFault), {
    halfOpenAfter: options.openMs,
    breaker: new ConsecutiveBreaker(failuresToOpen),
  });
  breaker.onBreak(() => {
    openedAt = now();
  });
  return {
    call: (work, signal) => breaker.execute(() => repeated.execute(work, signal), signal),
    openUntil: () => {
      if (breaker.state !== CircuitState.Open || openedAt === null) return null;
      const until = openedAt + options.openMs;
      // The next call finds out whether they are well again.
      return until > now() ? until : null;
    },
  };
}

/** Limits and spent budgets pass by themselves, and an account that is gone says nothing of the provider. */
function isTheirFault(error: unknown): boolean {
  return (
    error instanceof ProviderError &&
    error.remedy !== 'NONE' &&
    error.code !== 'RATE_LIMITED' &&
    error.code !== 'BUDGET_EXCEEDED'
  );
}

/** Whether the circuit refused the call, instead of the provider. */
export const isRefused = (error: unknown): boolean => error instanceof BrokenCircuitError;
