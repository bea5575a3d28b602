import type { Cancellation } from '../../platform/cancellation.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { RecordedReads } from '../../graphql/reads.ts';
import { Answer } from './answer.ts';
import type { Answered } from './ask-app.ts';
import { type CacheFacts, Counters } from './counters.ts';
import { Flight, type OnLeave } from './flight.ts';
import { isPortable, isTrue, type KnownVersions, type Label, labelOf, markOf } from './label.ts';

/** A request that only reads: one computation may serve everybody who sends it. */
export type Computation = {
  readonly key: string;
  /** Computes the answer, and records what it reads. */
  compute(cancellation: Cancellation, reads: RecordedReads): Promise<Answered>;
};

export type CacheResult = 'hit' | 'miss' | 'stale';
export type ServedAnswer = { readonly answer: Answer; readonly result: CacheResult };

/** Cached answers that other processes can see, too. */
export type SharedAnswers = {
  /** Null when there is none, or when it cannot be read. Never rejects. */
  get(key: string): Promise<Answer | null>;
  /** Never rejects. */
  set(key: string, answer: Answer): Promise<void>;
};

export type CacheOptions = {
  readonly versions: KnownVersions;
  /** The most bytes to hold in memory. */
  readonly maxBytes: number;
  /** How long to keep an answer that does not depend on the clock, in milliseconds. */
  readonly ttlMs: number;
  readonly shared?: SharedAnswers | undefined;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
};

/** The cache of answers. */
export type AnswerCache = {
  /** Returns the cached answer, when it is known at once to be valid. */
  find(key: string): ServedAnswer | null;
  /** Whether an answer may come without a new computation: it is cached here, is being computed, or may be cached elsewhere. */
  mayHave(key: string): boolean;
  /** Returns the answer, cached or computed; null for a request whose answer cannot be cached. */
  ask(computation: Computation, onLeave: OnLeave): Promise<ServedAnswer | null>;
  readonly counters: Counters;
  /** Call it when a cached answer has grown. */
  resize(key: string, answer: Answer): void;
  facts(): CacheFacts;
};

/** How long an expired answer is served while a new one is computed. */
const staleMs = 30_000;
/**
 * How long a request with a cached answer waits to learn whether it is still valid, when notifications may have been
 * missed.
 */
const patienceMs = 1_000;
/** The most requests that are remembered as not cacheable. */
const maxUncacheable = 5_000;

type Verdict = 'found' | 'cached' | 'changed' | 'never' | 'failed' | 'refused' | 'away';
type Outcome = { readonly answer: Answer; readonly verdict: Verdict; readonly clock: number };

export function createAnswerCache(options: CacheOptions): AnswerCache {
  const { versions, maxBytes, ttlMs, shared, now = Date.now } = options;
  const answers = new LRUCache<string, Answer>({
    maxSize: maxBytes,
    sizeCalculation: (answer, key) => answer.bytes + key.length,
  });
  const uncacheable = new LRUCache<string, true>({ max: maxUncacheable });
  const flights = new Map<string, Flight<Outcome>>();
  const counters = new Counters();

  /** Whether a cached answer is valid by what this process knows. */
  const holds = (answer: Answer): boolean => {
    const clock = versions.clock();
    if (answer.checkedAt === clock) return true;
    if (answer.parts.label === null || !isTrue(answer.parts.label, versions)) return false;
    answer.checkedAt = clock;
    return true;
  };

  const judge = (answer: Answer): ServedAnswer | null => {
    if (!holds(answer)) return null;
    const lateMs = now() - answer.parts.madeAt - answer.parts.keepMs;
    if (lateMs <= 0) return { answer, result: 'hit' };
    return lateMs > staleMs ? null : { answer, result: 'stale' };
  };

  const refresh = (computation: Computation): void => {
    if (flights.has(computation.key)) return;
    void begin(computation)
      .join(stays)
      .catch(() => {});
  };

  const begin = (computation: Computation): Flight<Outcome> => {
    const { key } = computation;
    const flight: Flight<Outcome> = new Flight(
      (cancellation) => compute(computation, cancellation),
      () => {
        if (flights.get(key) === flight) flights.delete(key);
      },
    );
    flights.set(key, flight);
    return flight;
  };

  async function compute(computation: Computation, cancellation: Cancellation): Promise<Outcome> {
    const { key } = computation;
    const found = await shared?.get(key);
    if (found && holds(found) && now() - found.parts.madeAt < found.parts.keepMs) {
      answers.set(key, found);
      return { answer: found, verdict: 'found', clock: versions.clock() };
    }
    const mark = markOf(versions);
    const madeAt = now();
    const reads = new RecordedReads((streamId, version) => versions.learn(streamId, version));
    const { text, ...answered } = await computation.compute(cancellation, reads);
    const label = reads.isKnown ? labelOf(reads, versions, mark) : null;
    const verdict = verdictOf(answered, reads, label);
    const parts = {
      ...answered,
      headers: verdict === 'cached' ? [] : answered.headers,
      label: verdict === 'cached' ? label : null,
      madeAt,
      keepMs: Math.min(reads.keepMs, ttlMs),
    };
    const answer = new Answer(parts, text);
    if (verdict === 'never') uncacheable.set(key, true);
    if (verdict === 'cached' && label !== null) {
      answers.set(key, answer);
      if (isPortable(label)) void shared?.set(key, answer);
    }
    return { answer, verdict, clock: mark.clock };
  }

  /** Returns the answer of a shared computation; null when the caller has to compute its own. */
  async function computeOnce(computation: Computation, onLeave: OnLeave): Promise<ServedAnswer | null> {
    const joinedAt = versions.clock();
    for (;;) {
      const under = flights.get(computation.key);
      const { answer, verdict, clock } = await (under ?? begin(computation)).join(onLeave);
      // An answer that cannot be cached, or a refusal of another caller, belongs only to the first caller.
      if ((verdict === 'never' || verdict === 'refused') && under !== undefined) return null;
      if (verdict === 'found') return { answer, result: 'hit' };
      const old = verdict === 'away' ? answers.get(computation.key) : undefined;
      if (old !== undefined) return { answer: old, result: 'stale' };
      // A caller that came after a change must not get what may have been read before it.
      if (verdict !== 'cached' && joinedAt > clock) continue;
      return { answer, result: 'miss' };
    }
  }

  return {
    counters,
    find(key) {
      const answer = versions.isCurrent() ? answers.get(key) : undefined;
      return answer === undefined ? null : judge(answer);
    },
    mayHave: (key) => shared !== undefined || answers.has(key) || flights.has(key),
    async ask(computation, onLeave) {
      const answer = answers.get(computation.key);
      if (answer !== undefined) {
        if (!(await isCurrent(versions))) return { answer, result: 'stale' };
        const served = judge(answer);
        if (served?.result === 'stale') refresh(computation);
        if (served !== null) return served;
      } else if (uncacheable.has(computation.key)) return null;
      return computeOnce(computation, onLeave);
    },
    resize: (key, answer) => {
      if (answers.peek(key) !== answer) return;
      // The cache does not measure an existing entry again.
      answers.delete(key);
      answers.set(key, answer);
    },
    facts() {
      let oldest = Number.POSITIVE_INFINITY;
      for (const { parts } of answers.values()) oldest = Math.min(oldest, parts.madeAt);
      const oldestMs = answers.size === 0 ? null : Math.max(0, now() - oldest);
      return { ...counters.facts, bytes: answers.calculatedSize, entries: answers.size, oldestMs };
    },
  };
}

/** A client that never leaves, for the cache itself. */
const stays: OnLeave = () => () => {};

function verdictOf({ status }: Pick<Answered, 'status'>, reads: RecordedReads, label: Label | null): Verdict {
  if (reads.failure === 'store away') return 'away';
  if (reads.failure === 'refused') return 'refused';
  if (reads.failure !== null || status !== 200) return reads.isNever ? 'never' : 'failed';
  if (!reads.isKnown) return 'never';
  return label === null || reads.keepMs <= 0 ? 'changed' : 'cached';
}

/** Whether notifications arrive, or missed ones are made up for; false when the store does not answer. */
async function isCurrent(versions: KnownVersions): Promise<boolean> {
  let known: boolean | null = null;
  const asked = versions.current().then(
    () => {
      known = true;
    },
    () => {
      known = false;
    },
  );
  await undefined;
  if (known !== null) return known;
  const late = new AbortController();
  const patience = sleep(patienceMs, undefined, { signal: late.signal }).catch(() => {});
  await Promise.race([asked, patience]);
  late.abort();
  return known ?? false;
}
