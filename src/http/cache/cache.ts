import type { Ending } from '../../platform/ending.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { RecordedReads } from '../../graphql/reads.ts';
import { Answer } from './answer.ts';
import type { Answered } from './ask-app.ts';
import { type CacheFacts, Counters } from './counters.ts';
import { Flight, type OnLeave } from './flight.ts';
import { isPortable, isTrue, type KnownVersions, type Label, labelOf, markOf } from './label.ts';

/** What is asked, and only reads: one computation may serve all who ask it. */
export type Question = {
  readonly key: string;
  /** Has the API answer; what it reads is recorded. */
  compute(ending: Ending, reads: RecordedReads): Promise<Answered>;
};

export type How = 'hit' | 'miss' | 'stale';
export type Given = { readonly answer: Answer; readonly how: How };

/** Kept answers that other processes can see, too. */
export type SharedAnswers = {
  /** Null when there is none, or when it cannot be read. Never rejects. */
  get(key: string): Promise<Answer | null>;
  /** Never rejects. */
  set(key: string, answer: Answer): Promise<void>;
};

export type CacheOptions = {
  readonly versions: KnownVersions;
  /** Bytes that are kept in memory. */
  readonly maxBytes: number;
  /** How long an answer is kept that does not depend on the clock, in milliseconds. */
  readonly ttlMs: number;
  readonly shared?: SharedAnswers | undefined;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
};

/** The answers that are kept. */
export type AnswerCache = {
  /** The kept answer, when it is known at once that it is true. */
  find(key: string): Given | null;
  /** Whether an answer may be had without computing one: it is kept here, is being computed, or may be kept elsewhere. */
  mayHave(key: string): boolean;
  /** The answer, kept or computed; null for a question whose answer cannot be kept. */
  ask(question: Question, onLeave: OnLeave): Promise<Given | null>;
  readonly counters: Counters;
  /** To be called when a kept answer has taken more room. */
  resize(key: string, answer: Answer): void;
  facts(): CacheFacts;
};

/** How long an answer whose time ran out is given out while it is made anew. */
const staleMs = 30_000;
/** How long a client whose answer is kept waits to hear whether it is still true, when news may have been missed. */
const patienceMs = 1_000;
/** Of so many questions it is remembered that their answers cannot be kept. */
const maxUnkept = 5_000;

type Verdict = 'found' | 'kept' | 'changed' | 'never' | 'failed' | 'refused' | 'away';
type Outcome = { readonly answer: Answer; readonly verdict: Verdict; readonly clock: number };

export function createAnswerCache(options: CacheOptions): AnswerCache {
  const { versions, maxBytes, ttlMs, shared, now = Date.now } = options;
  const kept = new LRUCache<string, Answer>({
    maxSize: maxBytes,
    sizeCalculation: (answer, key) => answer.bytes + key.length,
  });
  const unkept = new LRUCache<string, true>({ max: maxUnkept });
  const flights = new Map<string, Flight<Outcome>>();
  const counters = new Counters();

  /** Whether a kept answer is true by what this process knows. */
  const holds = (answer: Answer): boolean => {
    const clock = versions.clock();
    if (answer.checkedAt === clock) return true;
    if (answer.parts.label === null || !isTrue(answer.parts.label, versions)) return false;
    answer.checkedAt = clock;
    return true;
  };

  const judge = (answer: Answer): Given | null => {
    if (!holds(answer)) return null;
    const lateMs = now() - answer.parts.madeAt - answer.parts.keepMs;
    if (lateMs <= 0) return { answer, how: 'hit' };
    return lateMs > staleMs ? null : { answer, how: 'stale' };
  };

  const refresh = (question: Question): void => {
    if (flights.has(question.key)) return;
    void begin(question)
      .join(stays)
      .catch(() => {});
  };

  const begin = (question: Question): Flight<Outcome> => {
    const { key } = question;
    const flight: Flight<Outcome> = new Flight(
      (ending) => compute(question, ending),
      () => {
        if (flights.get(key) === flight) flights.delete(key);
      },
    );
    flights.set(key, flight);
    return flight;
  };

  async function compute(question: Question, ending: Ending): Promise<Outcome> {
    const { key } = question;
    const found = await shared?.get(key);
    if (found && holds(found) && now() - found.parts.madeAt < found.parts.keepMs) {
      kept.set(key, found);
      return { answer: found, verdict: 'found', clock: versions.clock() };
    }
    const mark = markOf(versions);
    const madeAt = now();
    const reads = new RecordedReads((streamId, version) => versions.learn(streamId, version));
    const { text, ...answered } = await question.compute(ending, reads);
    const label = reads.isKnown ? labelOf(reads, versions, mark) : null;
    const verdict = verdictOf(answered, reads, label);
    const parts = {
      ...answered,
      headers: verdict === 'kept' ? [] : answered.headers,
      label: verdict === 'kept' ? label : null,
      madeAt,
      keepMs: Math.min(reads.keepMs, ttlMs),
    };
    const answer = new Answer(parts, text);
    if (verdict === 'never') unkept.set(key, true);
    if (verdict === 'kept' && label !== null) {
      kept.set(key, answer);
      if (isPortable(label)) void shared?.set(key, answer);
    }
    return { answer, verdict, clock: mark.clock };
  }

  /** The answer of one computation for all; null for whoever has to run it alone. */
  async function computeOnce(question: Question, onLeave: OnLeave): Promise<Given | null> {
    const joinedAt = versions.clock();
    for (;;) {
      const under = flights.get(question.key);
      const { answer, verdict, clock } = await (under ?? begin(question)).join(onLeave);
      // What cannot be kept, or was refused to another caller, is for the one who asked first.
      if ((verdict === 'never' || verdict === 'refused') && under !== undefined) return null;
      if (verdict === 'found') return { answer, how: 'hit' };
      const old = verdict === 'away' ? kept.get(question.key) : undefined;
      if (old !== undefined) return { answer: old, how: 'stale' };
      // Whoever asked after a change must not be given what may have been read before it.
      if (verdict !== 'kept' && joinedAt > clock) continue;
      return { answer, how: 'miss' };
    }
  }

  return {
    counters,
    find(key) {
      const answer = versions.isCurrent() ? kept.get(key) : undefined;
      return answer === undefined ? null : judge(answer);
    },
    mayHave: (key) => shared !== undefined || kept.has(key) || flights.has(key),
    async ask(question, onLeave) {
      const answer = kept.get(question.key);
      if (answer !== undefined) {
        if (!(await isCurrent(versions))) return { answer, how: 'stale' };
        const given = judge(answer);
        if (given?.how === 'stale') refresh(question);
        if (given !== null) return given;
      } else if (unkept.has(question.key)) return null;
      return computeOnce(question, onLeave);
    },
    resize: (key, answer) => {
      if (kept.peek(key) !== answer) return;
      // The size of what is there already would not be asked again.
      kept.delete(key);
      kept.set(key, answer);
    },
    facts() {
      let oldest = Number.POSITIVE_INFINITY;
      for (const { parts } of kept.values()) oldest = Math.min(oldest, parts.madeAt);
      const oldestMs = kept.size === 0 ? null : Math.max(0, now() - oldest);
      return { ...counters.facts, bytes: kept.calculatedSize, entries: kept.size, oldestMs };
    },
  };
}

/** A client that never leaves: the cache itself. */
const stays: OnLeave = () => () => {};

function verdictOf({ status }: Pick<Answered, 'status'>, reads: RecordedReads, label: Label | null): Verdict {
  if (reads.failure === 'store away') return 'away';
  if (reads.failure === 'refused') return 'refused';
  if (reads.failure !== null || status !== 200) return reads.isNever ? 'never' : 'failed';
  if (!reads.isKnown) return 'never';
  return label === null || reads.keepMs <= 0 ? 'changed' : 'kept';
}

/** Whether news is heard, or what was missed of it is made up for; false when the store does not answer. */
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
