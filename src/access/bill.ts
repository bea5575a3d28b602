import { RateLimitedError } from '../shared/errors.ts';

/** What is left of a caller's budget for the minute. */
export type Budget = {
  readonly limit: number;
  /** Below 0 when the last request cost more than was left. */
  readonly remaining: number;
  readonly resetAt: Date;
};

/** The contents of `extensions.cost` in answers. */
type CostFacts = {
  /** The estimated cost, by the request's fields and the lengths of its lists. */
  readonly requested: number;
  /** The actual cost; the difference is refunded. */
  readonly actual: number;
  /** What is left until `resetAt`. */
  readonly remaining: number;
  readonly resetAt: string;
};

/** The bill of one request, updated while it runs. */
export class Bill {
  #budget: Budget;
  readonly #charge: (cost: number) => Promise<Budget>;
  #requested = 0;
  #actual = 0;
  /** Opening a bill costs 1. */
  #charged = 1;

  constructor(budget: Budget, charge: (cost: number) => Promise<Budget>) {
    this.#budget = budget;
    this.#charge = charge;
  }

  /**
   * Throws RATE_LIMITED when nothing was left for the request. Call it before the request runs. The budget may be
   * overdrawn once.
   */
  check(): void {
    const { limit, remaining, resetAt } = this.#budget;
    if (remaining >= 0) return;
    const message = `Over the limit of ${limit} a minute: ask again at ${resetAt.toISOString()}`;
    throw new RateLimitedError(message, resetAt);
  }

  /** Charges the estimated cost of an operation before it runs. */
  async request(cost: number): Promise<void> {
    this.#requested += cost;
    await this.#settle(this.#requested - this.#charged);
  }

  /** Refunds the difference to the actual cost. */
  async settle(requested: number, actual: number): Promise<void> {
    this.#actual += actual;
    // A refund in the next minute would exceed its limit.
    if (this.#budget.resetAt.getTime() > Date.now()) await this.#settle(actual - requested);
  }

  async #settle(cost: number): Promise<void> {
    if (cost === 0 || this.#charged + cost < 1) return;
    this.#charged += cost;
    this.#budget = await this.#charge(cost);
  }

  get facts(): CostFacts {
    const { remaining, resetAt } = this.#budget;
    return {
      requested: Math.max(1, this.#requested),
      actual: Math.max(1, this.#actual),
      remaining: Math.max(0, remaining),
      resetAt: resetAt.toISOString(),
    };
  }

  /** The rate limit headers of the IETF's draft. */
  get headers(): Readonly<Record<string, string>> {
    const { limit, remaining, resetAt } = this.#budget;
    const seconds = Math.max(0, Math.ceil((resetAt.getTime() - Date.now()) / 1_000));
    return {
      'ratelimit-policy': `"cost";q=${limit};w=60`,
      ratelimit: `"cost";r=${Math.max(0, remaining)};t=${seconds}`,
    };
  }
}
