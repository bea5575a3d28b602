import type { Logger } from 'pino';
import type {
  Call,
  Cost,
  FetchProvider,
  FetchProviderName,
  FetchTarget,
} from '../providers/fetch-provider.ts';
import { ProviderError } from '../providers/provider-error.ts';
import { DomainError, type ErrorCode } from '../shared/errors.ts';
import { noTracer, type Tracer } from '../shared/tracer.ts';
import { type Circuit, type CircuitOptions, defaultCircuit, isRefused, openCircuit } from './circuit.ts';
import type { ProviderState } from './provider-states.ts';
import type { Reservation, Spending } from './spending.ts';

/** The kinds of calls. */
type CallKind = FetchTarget['kind'] | 'profile' | 'lookup';

type ChainOptions = {
  /** In the order in which to ask them. */
  readonly providers: readonly FetchProvider[];
  readonly spending: Spending;
  readonly log: Logger;
  readonly now?: () => number;
  readonly circuit?: CircuitOptions;
  /** Called after each call with its outcome: `ok`, or the code of the failure. */
  readonly onCall?: (call: {
    readonly provider: FetchProviderName;
    readonly outcome: string;
    readonly seconds: number;
  }) => void;
  /** Records spans of calls; by default none. */
  readonly tracer?: Tracer;
  /** Called after each call with the provider's state, which the API shows. */
  readonly onState?: (provider: FetchProviderName, state: ProviderState) => Promise<void>;
};

/** What every answer has: its cost and, when it has posts, whether each is the account's own. */
export type Charged = {
  readonly cost: Cost;
  readonly posts?: readonly { readonly platformId: string; readonly own: boolean }[];
};

/** A call that any able provider may answer. */
export type ChainCall<T extends Charged> = {
  readonly kind: CallKind;
  /** The provider to ask first when it is able: the one that answered last knows the position. */
  readonly prefer: FetchProviderName | null;
  /** The only provider to ask; null: all. */
  readonly only: FetchProviderName | null;
  /** Providers not to ask, and the failure of each. */
  readonly without: ReadonlyMap<FetchProviderName, ProviderError>;
  /** The account whose posts are requested; null when they may be anybody's. */
  readonly handle: string | null;
  /** Estimates the cost before the call. `most`: how many posts the provider's budget can pay, at least 0. */
  estimate(provider: FetchProvider, most: number): { readonly posts: number; readonly users: number };
  make(provider: FetchProvider, most: number, call: Call): Promise<T>;
  readonly signal: AbortSignal;
  /** The calling job, for the log. */
  readonly jobId?: string;
};

export type Answer<T> = {
  readonly value: T;
  readonly provider: FetchProvider;
  /** Why the providers before it did not answer. */
  readonly failures: readonly ProviderError[];
};

/** What a fetch is going to request. */
type Need = Pick<ChainCall<Charged>, 'only' | 'handle'> & {
  readonly kind: 'timeline' | 'search';
  readonly posts: number;
  /** Stored posts to look up again. */
  readonly lookups: number;
};

/** The providers of this process in their order, with their states. */
export type Chain = {
  readonly providers: readonly FetchProvider[];
  ask<T extends Charged>(call: ChainCall<T>): Promise<Answer<T>>;
  /**
   * Throws a ChainError (BUDGET_EXCEEDED) when the budgets of the providers that may be asked cannot pay for all of it.
   */
  requireBudget(need: Need): Promise<void>;
  /** Deletes outdated records. */
  prune(): Promise<void>;
};

/**
 * No provider could answer. The message has what each one said; `retryAt` is the earliest time at which one may answer.
 */
export class ChainError extends DomainError {
  override readonly name = 'ChainError';
  /** When a rate limit ends, if a rate limit is among the reasons; null otherwise. */
  readonly limitedUntil: number | null;
  constructor(readonly failures: readonly ProviderError[]) {
    const times = failures.flatMap(({ retryAt }) => (retryAt === null ? [] : [retryAt.getTime()]));
    const limits = failures.flatMap(({ code, retryAt }) =>
      code === 'RATE_LIMITED' && retryAt !== null ? [retryAt.getTime()] : [],
    );
    super(codeOf(failures), messageOf(failures), {
      ...(times.length > 0 ? { retryAt: new Date(Math.min(...times)) } : {}),
      ...(failures.length > 0 ? { cause: failures[0] } : {}),
    });
    this.limitedUntil = limits.length > 0 ? Math.min(...limits) : null;
  }
}

function codeOf(failures: readonly ProviderError[]): ErrorCode {
  const codes = new Set(failures.map((failure) => failure.code));
  const [only] = codes;
  if (codes.size === 0) return 'PROVIDER_NOT_CONFIGURED';
  return codes.size === 1 && only !== undefined ? only : 'PROVIDER_UNAVAILABLE';
}

function messageOf(failures: readonly ProviderError[]): string {
  if (failures.length === 0) {
    return 'No provider is configured for this: set X_BEARER_TOKEN, SOCIALDATA_API_KEY or X_SCRAPER=on';
  }
  return failures.map(({ provider, message }) => `${provider}: ${message}`).join('; ');
}

/** Opens the chain of a process; all its jobs share the circuits. */
export function openChain(options: ChainOptions): Chain {
  const { providers, spending, log, now = Date.now, circuit = defaultCircuit, tracer = noTracer } = options;
  const circuits = new Map(providers.map(({ name }) => [name, openCircuit(circuit, now)]));

  async function report(provider: FetchProvider, note: string | null): Promise<void> {
    const kinds = ['timeline', 'search', 'lookup', 'profile'] as const;
    const limits = kinds.map((kind) => provider.limitedUntil(kind) ?? 0);
    const at = (instant: number | null | undefined) => (instant ? new Date(instant) : null);
    const openUntil = at(circuits.get(provider.name)?.openUntil());
    const state = { openUntil, limitedUntil: at(Math.max(...limits)), note };
    await options
      .onState?.(provider.name, state)
      .catch((err: unknown) => log.warn({ err }, "a provider's state could not be saved"));
  }

  async function callOne<T extends Charged>(provider: FetchProvider, call: ChainCall<T>): Promise<T> {
    const own = call.handle !== null && spending.isOwn(call.handle);
    const circuit = circuits.get(provider.name) as Circuit; // safe: one was made for each
    return circuit.call(async () => {
      // Near the end of a budget, a page is made as small as the rest of the budget.
      const most = await spending.affordable(provider.name, own);
      const reservation: Reservation = await spending.reserve(provider.name, {
        ...call.estimate(provider, most),
        own,
      });
      let answer: T | null = null;
      let charged: Cost | null = null;
      const charge = (cost: Cost) => {
        charged = cost;
      };
      const startedAt = performance.now();
      const reportCall = (outcome: string) => {
        const seconds = (performance.now() - startedAt) / 1_000;
        options.onCall?.({ provider: provider.name, outcome, seconds });
      };
      try {
        const about = { 'larkstat.provider': provider.name, 'larkstat.endpoint': call.kind };
        const begin = { name: `${provider.name} ${call.kind}`, kind: 'client', attributes: about } as const;
        answer = await tracer.span(begin, async (span) => {
          const made = await call.make(provider, most, { signal: call.signal, charge });
          span.set({ 'larkstat.status': 'ok' });
          return made;
        });
        reportCall('ok');
        return answer;
      } catch (error) {
        if (!call.signal.aborted) reportCall(error instanceof DomainError ? error.code : 'INTERNAL');
        throw error;
      } finally {
        await spending.settle(reservation, answer?.cost ?? charged, own ? ownIds(answer) : false);
      }
    }, call.signal);
  }

  return {
    providers,
    prune: () => spending.prune(),
    async requireBudget({ kind, only, handle, posts, lookups }) {
      const own = handle !== null && spending.isOwn(handle);
      const asked = providers.filter(({ name }) => only === null || name === only);
      const able = asked.filter((provider) => provider.obstacle(kind) === null);
      const withLookup = asked.filter(({ lookupSize }) => lookupSize !== null);
      const paid = async (
        some: readonly FetchProvider[],
        used: (one: FetchProvider, most: number) => number,
      ) => {
        const each = some.map(async (one) => used(one, await spending.affordable(one.name, own)));
        return (await Promise.all(each)).reduce((sum, one) => sum + one, 0);
      };
      // When no provider can do lookups, that is reported when they are requested.
      const needed = lookups === 0 || withLookup.length === 0 ? posts : posts + lookups;
      const lacks = async (some: readonly FetchProvider[], count: number, used: typeof pagesOf) =>
        some.length > 0 && count > 0 && (await paid(some, used)) < count;
      const inPages = (one: FetchProvider, most: number) => pagesOf(one, most, kind);
      const short =
        (await lacks(able, needed, inPages)) || (await lacks(withLookup, lookups, (_, most) => most));
      if (!short) return;
      const failures = able.map((one) => spending.exceeded(one.name, { posts: needed, users: 0, own }));
      throw new ChainError(await Promise.all(failures));
    },
    async ask(call) {
      const failures: ProviderError[] = [];
      for (const provider of inOrder(providers, call)) {
        const obstacle = call.without.get(provider.name) ?? obstacleOf(provider, call.kind);
        if (obstacle !== null) {
          failures.push(obstacle);
          continue;
        }
        try {
          const value = await callOne(provider, call);
          await report(provider, null);
          return { value, provider, failures };
        } catch (error) {
          call.signal.throwIfAborted();
          const failure = isRefused(error) ? circuitOpen(provider) : error;
          if (!(failure instanceof ProviderError)) throw failure;
          if (failure.remedy === 'NONE') throw failure;
          const { jobId } = call;
          log.warn({ provider: provider.name, code: failure.code, jobId }, failure.message);
          await report(provider, failure.message);
          failures.push(failure);
        }
      }
      throw new ChainError(failures);
    },
  };

  function obstacleOf(provider: FetchProvider, kind: CallKind): ProviderError | null {
    const refused = { provider: provider.name, remedy: 'NEXT' } as const;
    const cannot = kind === 'profile' || kind === 'lookup' ? null : provider.obstacle(kind);
    if (cannot !== null)
      return new ProviderError({ ...refused, code: 'PROVIDER_NOT_CONFIGURED', message: cannot });
    if (circuits.get(provider.name)?.openUntil() != null) return circuitOpen(provider);
    const limitedUntil = provider.limitedUntil(kind);
    if (limitedUntil === null || limitedUntil <= now()) return null;
    const retryAt = new Date(limitedUntil);
    const message = `its rate limit is used up until ${retryAt.toISOString().slice(11, 16)} UTC`;
    return new ProviderError({ ...refused, code: 'RATE_LIMITED', message, retryAt });
  }

  function circuitOpen(provider: FetchProvider): ProviderError {
    const until = circuits.get(provider.name)?.openUntil();
    return new ProviderError({
      provider: provider.name,
      remedy: 'NEXT',
      code: 'PROVIDER_UNAVAILABLE',
      message: 'it failed several times in a row and is not asked for a minute',
      ...(until ? { retryAt: new Date(until) } : {}),
    });
  }
}

/** Returns the chain for one job, whose id goes into the log. */
export const ofJob = (chain: Chain, jobId: string): Chain => ({
  ...chain,
  ask: (call) => chain.ask({ ...call, jobId }),
});

/** Returns how many of the affordable posts pages can bring, because some providers have pages of one size only. */
function pagesOf(provider: FetchProvider, most: number, kind: FetchTarget['kind'] = 'timeline'): number {
  if (!Number.isFinite(most)) return most;
  const rest = most % provider.pageSize(kind);
  return provider.pageSize(kind, rest) <= rest ? most : most - rest;
}

/** The own posts of an answer. Posts by others may come along, and cost more. */
const ownIds = (answer: Charged | null): ReadonlySet<string> =>
  new Set(answer?.posts?.filter((post) => post.own).map((post) => post.platformId));

/** Sorts the providers: the preferred one first, then in their order. Lookups only by providers that have them. */
function inOrder(
  providers: readonly FetchProvider[],
  { kind, only, prefer }: Pick<ChainCall<Charged>, 'kind' | 'only' | 'prefer'>,
): readonly FetchProvider[] {
  return providers
    .filter(
      ({ name, lookupSize }) =>
        (only === null || name === only) && (kind !== 'lookup' || lookupSize !== null),
    )
    .sort((a, b) => Number(b.name === prefer) - Number(a.name === prefer));
}
