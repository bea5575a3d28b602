import type { Duplex } from 'node:stream';
import type { Sql } from 'postgres';

/** What postgres.js makes of a statement, as far as its types leave out. */
type Statement = Promise<unknown> & { handler: (statement: Statement) => void };

/** How the connections of a pool are used at this moment. */
export type PoolFacts = {
  readonly name: string;
  readonly inUse: number;
  readonly idle: number;
  /** Statements and transactions that wait for a connection. */
  readonly waiting: number;
  readonly max: number;
};

/**
 * Counts how a pool of postgres.js is used, which that does not tell. Whoever has a connection to itself, or asks for
 * one, is one user: a transaction, a reserved connection, a single statement. Users beyond `max` wait.
 */
export class Pool {
  #open = 0;
  #users = 0;

  constructor(
    readonly name: string,
    readonly max: number,
  ) {}

  get facts(): PoolFacts {
    const inUse = Math.min(this.#users, this.max);
    const idle = Math.max(0, this.#open - inUse);
    return { name: this.name, inUse, idle, waiting: this.#users - inUse, max: this.max };
  }

  /** Counts a connection for as long as it is open. */
  count(socket: Duplex): void {
    this.#open += 1;
    socket.once('close', () => {
      this.#open -= 1;
    });
  }

  /** The client, whose statements and transactions are counted. Reserved connections are for `enter`. */
  metering(client: Sql): Sql {
    const begin = client.begin as (...args: readonly unknown[]) => Promise<unknown>;
    Object.assign(client, { begin: (...args: readonly unknown[]) => this.#during(begin(...args)) });
    const unsafe = (...args: Parameters<Sql['unsafe']>) => this.#watch(client.unsafe(...args));
    return new Proxy(client, {
      apply: (target, _, args) => this.#watch(Reflect.apply(target, undefined, args)),
      // Not put into the client: it begins its transactions by its own `unsafe`.
      get: (target, key) => (key === 'unsafe' ? unsafe : Reflect.get(target, key)),
    });
  }

  /** Counts a user until what this returns is called. */
  enter(): () => void {
    let isIn = true;
    this.#users += 1;
    return () => {
      if (isIn) this.#users -= 1;
      isIn = false;
    };
  }

  #during<Value>(work: Promise<Value>): Promise<Value> {
    const leave = this.enter();
    work.then(leave, leave);
    return work;
  }

  /** Only what is a statement by itself is ever handed over; a part of another is left alone. */
  #watch<Made>(made: Made): Made {
    if (!(made instanceof Promise)) return made;
    const statement = made as unknown as Statement; // safe: see its type
    const send = statement.handler;
    statement.handler = (sent) => {
      const leave = this.enter();
      sent.then(leave, leave);
      send(sent);
    };
    return made;
  }
}
