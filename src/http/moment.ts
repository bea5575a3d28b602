import type { BulkheadPolicy } from 'cockatiel';
import { execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { Context } from '../graphql/context.ts';
import { RecordedReads } from '../graphql/reads.ts';
import { DomainError, must } from '../shared/errors.ts';
import { ownTurn } from '../platform/turns.ts';
import { boundErrors } from './bound-errors.ts';
import { failed } from './failure.ts';
import { refuseWhole } from './refuse-whole.ts';

export type MomentOptions = {
  /** How long resolving the events of one moment may take, from their turn on. */
  readonly operationMs: number;
  readonly now: () => Date;
};

/** How long an answer serves later subscribers that find the same state. */
const keptMs = 60_000;

/** Events that are resolved together in one context, with a time limit. */
export class Moment {
  /** Subscribers that wait for an answer. */
  waiting = 0;
  readonly #controller = new AbortController();
  readonly #reads: RecordedReads;
  readonly #turn: Promise<void>;
  readonly #late: Promise<ExecutionResult>;
  /** Null when all is resolved, because it holds everything that was read from the store. */
  #args: ExecutionArgs | null;
  #open = 0;
  #hasFailed = false;
  #begunAt = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #finish = () => {};

  constructor(args: ExecutionArgs, options: MomentOptions, turns: BulkheadPolicy) {
    const { signal } = this.#controller;
    const context = args.contextValue as Context; // safe: the app made it
    this.#reads = new RecordedReads((streamId, version) => context.reads.stream(streamId, version));
    this.#args = args;
    this.#late = new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(failed(signal.reason)), { once: true });
    });
    const finished = new Promise<void>((resolve) => {
      this.#finish = resolve;
    });
    this.#turn = new Promise((begin) => {
      void turns.execute(async () => {
        await ownTurn();
        if (!this.cancelled) this.#begin(options);
        begin();
        return finished;
      });
    });
  }

  get cancelled(): boolean {
    return this.#controller.signal.aborted;
  }

  /**
   * Whether the answers are valid for a subscriber that comes now with the same events: they are being computed, or
   * they show nothing that changes without a new state of the stream.
   */
  isGood(stream: number | null): boolean {
    if (this.cancelled || this.#hasFailed) return false;
    if (this.#open > 0) return true;
    const { streams, isNever, ofAll, ofRegistry, keepMs } = this.#reads;
    if (isNever || ofAll || ofRegistry) return false;
    if ([...streams].some((streamId) => streamId !== stream)) return false;
    return performance.now() - this.#begunAt < Math.min(keepMs, keptMs);
  }

  async answer(rootValue: object): Promise<ExecutionResult> {
    this.#open += 1;
    try {
      const result = boundErrors(refuseWhole(await Promise.race([this.#execute(rootValue), this.#late])));
      if (result.errors !== undefined) this.#hasFailed = true;
      return result;
    } catch (error) {
      this.#hasFailed = true;
      return failed(error);
    } finally {
      this.#open -= 1;
      if (this.#open === 0) this.#end();
    }
  }

  leave(): void {
    this.waiting -= 1;
    if (this.waiting === 0 && this.#open > 0) {
      this.#controller.abort(new DomainError('TIMEOUT', 'The client has left'));
    }
  }

  /** Resolves all events in one turn and one context, so that their lookups are batched. */
  #begin({ operationMs, now }: MomentOptions): void {
    const args = must(this.#args, 'a moment ends after its turn');
    const context = args.contextValue as Context; // safe: the app made it
    const contextValue: Context = {
      ...context,
      now: now(),
      db: context.db.until(this.#controller),
      reads: this.#reads,
    };
    this.#args = { ...args, contextValue };
    this.#begunAt = performance.now();
    const message = `The event took longer than the ${operationMs / 1000} s allowed: ask for less, or a shorter range`;
    this.#timer = setTimeout(() => this.#controller.abort(new DomainError('TIMEOUT', message)), operationMs);
  }

  async #execute(rootValue: object): Promise<ExecutionResult> {
    await this.#turn;
    return this.#args === null ? this.#late : execute({ ...this.#args, rootValue });
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#args = null;
    this.#finish();
  }
}
