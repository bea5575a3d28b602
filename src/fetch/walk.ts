import type {
  FetchedPage,
  FetchProvider,
  FetchProviderName,
  FetchTarget,
  Reach,
} from '../providers/fetch-provider.ts';
import { ProviderError } from '../providers/provider-error.ts';
import { type Answer, type Chain, type ChainCall, ChainError, type Charged } from './chain.ts';
import type { Gap } from './coverage.ts';
import { isNewer } from '../providers/x/ids.ts';

/** Where a walk continues: at a provider's own cursor, or for any other provider below `untilId`. */
export type Place = {
  readonly untilId: string | null;
  /** The bound with which the cursor's walk began. Pages may come out of order, but none is above it. */
  readonly cursorUntilId: string | null;
  readonly provider: FetchProviderName | null;
  readonly cursor: string | null;
};

type WalkedPage = {
  readonly page: FetchedPage;
  readonly provider: FetchProviderName;
  readonly next: Place;
  /** Why the provider changed, for people; null when it did not. */
  readonly changed: string | null;
};

type Walk = {
  readonly chain: Chain;
  readonly target: FetchTarget;
  readonly gap: Gap;
  /** Where an earlier attempt stopped; null: begin at the top of the gap. */
  readonly from: Place | null;
  readonly only: FetchProviderName | null;
  /** How many more posts are wanted; null: all. */
  want(): number | null;
  /** Posts that are known to exist; an answer without posts is then an error. */
  readonly expected: number;
  readonly signal: AbortSignal;
};

/** Most consecutive empty pages: a provider may have to read past what another one delivered. */
const emptyPagesMax = 250;

/**
 * Yields the pages of a gap, newest first. When a provider fails or has no older posts, the next one continues just
 * below the last delivered post. A provider that repeats itself, or returns nothing although posts exist, counts as
 * failed.
 */
export async function* walk(work: Walk): AsyncGenerator<WalkedPage> {
  const { chain, target, gap } = work;
  const start: Place = work.from ?? startOf(gap.untilId);
  const broken = new Map<FetchProviderName, ProviderError>();
  const circles = new CircleDetector();
  let place = start;
  let last =
    start.provider ?? chain.providers.find(({ name }) => work.only === null || name === work.only)?.name;
  let delivered = work.from !== null;
  /** Whether a provider has reached the end of its posts. */
  let ended = false;
  for (;;) {
    const reachOf = (provider: FetchProvider, most: number): Reach => ({
      sinceId: gap.sinceId,
      ...boundOf(provider.name),
      want: atMost(most),
    });
    const answer = await ask({
      kind: target.kind,
      prefer: place.provider,
      only: work.only,
      without: broken,
      handle: target.kind === 'search' ? null : target.account.handle,
      estimate: (asked, most) => ({
        posts: asked.pageSize(target.kind, atMost(most) ?? undefined),
        users: 0,
      }),
      make: (asked, most, call) => asked.page(target, reachOf(asked, most), call),
      signal: work.signal,
    });
    if (answer === null) return;
    const { value: page, provider, failures } = answer;
    const fault = circles.fault(provider.name, page) ?? silence(work, page, delivered);
    if (fault !== null) {
      broken.set(provider.name, unavailable(provider.name, fault));
      place = startOf(place.untilId);
      continue;
    }
    delivered ||= page.posts.length > 0;
    const changed = last !== undefined && last !== provider.name ? reasonOf(last, failures, broken) : null;
    last = provider.name;
    place = {
      untilId: page.through ?? place.untilId,
      provider: provider.name,
      cursor: page.cursor,
      cursorUntilId: boundOf(provider.name).untilId,
    };
    if (page.end === 'LIMIT') {
      broken.set(provider.name, unavailable(provider.name, 'it has no earlier posts'));
      place = startOf(place.untilId);
      if (hasAlternative()) {
        ended = true;
        yield { page: { ...page, end: null }, provider: provider.name, next: place, changed };
        continue;
      }
    }
    yield { page, provider: provider.name, next: place, changed };
    if (page.cursor === null) return;
  }

  /** The wanted posts, as far as the budget can pay; null: a full page. */
  function atMost(most: number): number | null {
    const want = Math.min(work.want() ?? Number.POSITIVE_INFINITY, most);
    return Number.isFinite(want) ? want : null;
  }

  /** Where a provider continues: at its own cursor, else below what has been delivered. */
  function boundOf(provider: FetchProviderName): Pick<Reach, 'untilId' | 'cursor'> {
    return place.provider === provider && place.cursor !== null
      ? { untilId: place.cursorUntilId, cursor: place.cursor }
      : { untilId: place.untilId, cursor: null };
  }

  /** Whether another provider may have earlier posts. */
  function hasAlternative(): boolean {
    return chain.providers.some(
      ({ name, obstacle }) =>
        !broken.has(name) && (work.only === null || name === work.only) && obstacle(target.kind) === null,
    );
  }

  /** Null when one provider has reached its end and no other can continue: everything available has been delivered. */
  async function ask<T extends Charged>(call: ChainCall<T>): Promise<Answer<T> | null> {
    try {
      return await chain.ask(call);
    } catch (error) {
      if (ended && error instanceof ChainError) return null;
      throw error;
    }
  }
}

const startOf = (untilId: string | null): Place => ({
  untilId,
  provider: null,
  cursor: null,
  cursorUntilId: null,
});

const unavailable = (provider: FetchProviderName, message: string): ProviderError =>
  new ProviderError({ provider, code: 'PROVIDER_UNAVAILABLE', message, remedy: 'NEXT' });

/** Returns why a provider stopped, for people. */
export function reasonOf(
  last: FetchProviderName,
  failures: readonly ProviderError[],
  broken: ReadonlyMap<FetchProviderName, ProviderError> = new Map(),
): string {
  const failure = failures.find(({ provider }) => provider === last) ?? broken.get(last);
  return `${last} stopped: ${failure?.message ?? 'it was not asked'}`;
}

/** Detects an unexpected empty answer: after an expired session or a ban, an account seems to have no posts. */
function silence({ expected, gap }: Walk, page: FetchedPage, delivered: boolean): string | null {
  const silent = !delivered && page.posts.length === 0 && page.cursor === null && gap.untilId === null;
  return silent && expected > 0
    ? `it answered with no posts, although the account has ${expected} that were not fetched yet`
    : null;
}

class CircleDetector {
  readonly #cursors = new Set<string>();
  readonly #seen = new Set<string>();
  #empty = 0;
  #repeated = 0;

  /** Returns what is wrong with the page given the pages before it; null when nothing is. */
  fault(provider: FetchProviderName, page: FetchedPage): string | null {
    const fresh = page.posts.filter(({ platformId }) => !this.#seen.has(platformId));
    for (const { platformId } of fresh) this.#seen.add(platformId);
    this.#empty = page.posts.length === 0 ? this.#empty + 1 : 0;
    this.#repeated = page.posts.length > 0 && fresh.length === 0 ? this.#repeated + 1 : 0;
    if (this.#empty > emptyPagesMax) return `it answered with ${this.#empty} empty pages in a row`;
    if (page.cursor === null) return null;
    const key = `${provider} ${page.cursor}`;
    const known = this.#cursors.has(key);
    this.#cursors.add(key);
    if (known && fresh.length === 0) return 'it returns the same cursor again and again';
    return this.#repeated > 2 ? 'it returns the same posts again and again' : null;
  }
}

/** Returns the newest id of a page; null for an empty page. */
export function newestOf(page: FetchedPage): string | null {
  let newest: string | null = null;
  for (const { platformId } of page.posts) {
    if (newest === null || isNewer(platformId, newest)) newest = platformId;
  }
  return newest;
}
