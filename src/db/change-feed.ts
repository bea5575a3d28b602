import { randomUUID } from 'node:crypto';
import type { Sql, TransactionSql } from 'postgres';
import type { Logger } from 'pino';
import type { Carrier, CarrierConnection } from '../platform/carrier.ts';
import { must } from '../shared/errors.ts';
import { type Change, encodeChanges, type Family, familyOf, parseChanges, subjectOf } from './changes.ts';

/** The key of a client's or transaction's function that takes announced changes. */
export const announcing = Symbol('announcing');
type Announcing = { readonly [announcing]?: (changes: readonly Change[]) => void };

/**
 * Announces changes to all processes that follow them: within a transaction after its commit, and not at all when it
 * fails. Outside of one they are sent at once, so call it after the statement succeeded. Returns without waiting.
 */
export function announce(sql: Sql | TransactionSql, ...changes: readonly Change[]): void {
  must((sql as Announcing)[announcing], 'openDatabase gives it to every client')(changes);
}

export type ChangeListener = {
  onChange(change: Change): void;
  /** From now on changes of other processes may be missed. */
  onAway?(): void;
  /** Changes of other processes arrive again; some may have been missed. */
  onBack?(): void;
};

/**
 * Sends the changes of this process to its listeners and to other processes, and receives the changes of other
 * processes.
 */
export class ChangeFeed {
  readonly #carrier: Carrier;
  readonly #outgoing: Outgoing;
  readonly #listeners = new Set<ChangeListener>();
  /** Identifies this process's payloads, which it ignores when they come back. */
  readonly #origin = randomUUID();
  #callers = 0;
  #opening: Promise<CarrierConnection> | null = null;
  #connection: CarrierConnection | null = null;

  constructor(carrier: Carrier, log: Logger) {
    this.#carrier = carrier;
    this.#outgoing = new Outgoing(carrier, this.#origin, log);
  }

  /** How changes are sent between processes. */
  get kind(): Carrier['kind'] {
    return this.#carrier.kind;
  }

  /** Rejects while changes cannot be sent to other processes. */
  check(): Promise<void> {
    return this.#carrier.check();
  }

  /** Notifies the listeners here before it returns, and later the other processes. */
  publish(changes: readonly Change[]): void {
    this.notifyLocal(changes);
    this.#outgoing.add(changes);
  }

  /** Notifies the listeners of this process only. */
  notifyLocal(changes: readonly Change[]): void {
    for (const change of changes) for (const { onChange } of this.#listeners) onChange(change);
  }

  /** Adds a listener; returns a function that removes it. Changes of other processes arrive after `receive`. */
  listen(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Starts to receive the changes of other processes; resolves with a function that ends it. All callers share one
   * connection.
   */
  async receive(): Promise<() => Promise<void>> {
    this.#callers += 1;
    this.#opening ??= this.#carrier.listen({
      onPayload: (payload) => {
        const { origin, changes } = parseChanges(payload);
        if (origin !== this.#origin) this.notifyLocal(changes);
      },
      onAway: () => {
        for (const listener of this.#listeners) listener.onAway?.();
      },
      onBack: () => {
        for (const listener of this.#listeners) listener.onBack?.();
      },
    });
    try {
      this.#connection = await this.#opening;
    } catch (error) {
      this.#callers -= 1;
      this.#opening = null;
      throw error;
    }
    return async () => {
      this.#callers -= 1;
      if (this.#callers === 0) await this.#stopReceiving();
    };
  }

  async #stopReceiving(): Promise<void> {
    const connection = this.#connection;
    this.#connection = null;
    this.#opening = null;
    await connection?.close();
  }

  /** Whether changes of other processes arrive; false before `receive` and during an outage. */
  isReceiving(): boolean {
    return this.#connection?.isReceiving() ?? false;
  }

  /** Resolves when other processes' changes of the family arrive; during an outage at once, since `onBack` follows. */
  async join(family: Family): Promise<void> {
    await this.#connection?.join(family);
  }

  /** The family is not needed any more. */
  leave(family: Family): void {
    this.#connection?.leave(family);
  }

  /** Sends what was announced, within two seconds, and closes the connections. */
  async close(): Promise<void> {
    await this.#stopReceiving();
    await this.#outgoing.sent();
    await this.#carrier.close();
  }
}

/** How long an ending process waits until its last changes are published. */
const lastSendMs = 2_000;

/** Sends changes to the other processes. Changes that are announced during a send go out together in the next one. */
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
          this.#log.warn(
            { err },
            'changes cannot be sent to other processes: these look for changes themselves',
          );
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
