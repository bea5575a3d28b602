import { randomUUID } from 'node:crypto';
import type { Sql, TransactionSql } from 'postgres';
import type { Logger } from 'pino';
import type { Carrier, Hearing } from '../platform/carrier.ts';
import { must } from '../shared/errors.ts';
import { type Change, encodeChanges, type Family, familyOf, parseChanges, subjectOf } from './changes.ts';

/** Takes changes that are announced on a client or a transaction. */
export const announcing = Symbol('announcing');
type Announcing = { readonly [announcing]?: (changes: readonly Change[]) => void };

/**
 * Announces changes to every process that follows them: in a transaction once it has committed, and not at all when it
 * fails; outside of one at once, so call it after the statement succeeded. Returns without waiting.
 */
export function announce(sql: Sql | TransactionSql, ...changes: readonly Change[]): void {
  must((sql as Announcing)[announcing], 'openDatabase gives it to every client')(changes);
}

export type NewsListener = {
  onChange(change: Change): void;
  /** The changes of other processes may be missed from now on. */
  onAway?(): void;
  /** The changes of other processes are heard again; some may have been missed. */
  onBack?(): void;
};

/** The changes that this process and others announce: handed to the listeners here, and carried to the others. */
export class News {
  readonly #carrier: Carrier;
  readonly #outgoing: Outgoing;
  readonly #listeners = new Set<NewsListener>();
  /** Others' payloads carry another id: a process skips its own echo. */
  readonly #origin = randomUUID();
  #callers = 0;
  #opening: Promise<Hearing> | null = null;
  #hearing: Hearing | null = null;

  constructor(carrier: Carrier, log: Logger) {
    this.#carrier = carrier;
    this.#outgoing = new Outgoing(carrier, this.#origin, log);
  }

  /** What carries changes between processes. */
  get kind(): Carrier['kind'] {
    return this.#carrier.kind;
  }

  /** Rejects while changes cannot be carried to other processes. */
  check(): Promise<void> {
    return this.#carrier.check();
  }

  /** Tells the listeners here, before it returns, and the other processes. */
  handOver(changes: readonly Change[]): void {
    this.tellHere(changes);
    this.#outgoing.add(changes);
  }

  /** Tells the listeners of this process only. */
  tellHere(changes: readonly Change[]): void {
    for (const change of changes) for (const { onChange } of this.#listeners) onChange(change);
  }

  /** Adds a listener; returns what takes it away again. Others' changes come once `hear` was called. */
  listen(listener: NewsListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Begins to hear what other processes announce; resolves with what ends it. However many callers there are, the
   * connection is one.
   */
  async hear(): Promise<() => Promise<void>> {
    this.#callers += 1;
    this.#opening ??= this.#carrier.listen({
      onPayload: (payload) => {
        const { origin, changes } = parseChanges(payload);
        if (origin !== this.#origin) this.tellHere(changes);
      },
      onAway: () => {
        for (const listener of this.#listeners) listener.onAway?.();
      },
      onBack: () => {
        for (const listener of this.#listeners) listener.onBack?.();
      },
    });
    try {
      this.#hearing = await this.#opening;
    } catch (error) {
      this.#callers -= 1;
      this.#opening = null;
      throw error;
    }
    return async () => {
      this.#callers -= 1;
      if (this.#callers === 0) await this.#stopHearing();
    };
  }

  async #stopHearing(): Promise<void> {
    const hearing = this.#hearing;
    this.#hearing = null;
    this.#opening = null;
    await hearing?.close();
  }

  /** Whether other processes are heard; false before `hear` and during an outage. */
  isHearing(): boolean {
    return this.#hearing?.isHearing() ?? false;
  }

  /** Resolves when others' changes of the family are heard; during an outage at once, as `onBack` follows. */
  async join(family: Family): Promise<void> {
    await this.#hearing?.join(family);
  }

  /** The family is not needed any more. */
  leave(family: Family): void {
    this.#hearing?.leave(family);
  }

  /** Sends what was announced, for a second or two at most, and closes the connections. */
  async close(): Promise<void> {
    await this.#stopHearing();
    await this.#outgoing.sent();
    await this.#carrier.close();
  }
}

/** How long a process that ends waits for its last news to be published. */
const lastSendMs = 2_000;

/** Sends changes to the other processes. Those announced during one sending go out together in the next. */
class Outgoing {
  readonly #carrier: Carrier;
  readonly #origin: string;
  readonly #log: Logger;
  /** The newest change of each subject. */
  #waiting = new Map<string, Change>();
  #sending: Promise<void> | null = null;
  #failed = false;

  constructor(carrier: Carrier, origin: string, log: Logger) {
    this.#carrier = carrier;
    this.#origin = origin;
    this.#log = log;
  }

  add(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    for (const change of changes) this.#waiting.set(subjectOf(change), change);
    this.#sending ??= this.#send();
  }

  async sent(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, lastSendMs);
    });
    await Promise.race([this.#sending, late]);
    clearTimeout(timer);
  }

  async #send(): Promise<void> {
    // The rest of this turn may announce more.
    await null;
    while (this.#waiting.size > 0) {
      const changes = [...this.#waiting.values()];
      this.#waiting = new Map();
      try {
        await Promise.all(families.map((family) => this.#sendFamily(family, changes)));
        this.#failed = false;
      } catch (err) {
        if (!this.#failed) {
          this.#log.warn({ err }, 'other processes cannot be told of changes: they look for them themselves');
        }
        this.#failed = true;
      }
    }
    this.#sending = null;
  }

  async #sendFamily(family: Family, changes: readonly Change[]): Promise<void> {
    const own = changes.filter((change) => familyOf(change) === family);
    if (own.length > 0) await this.#carrier.send(family, encodeChanges(this.#origin, own));
  }
}

const families: readonly Family[] = ['jobs', 'alerts', 'streams'];
