import type { Duplex } from 'node:stream';
import type { Sql } from 'postgres';

/** The parts of postgres.js' statements that its types lack. */
type Statement = Promise<unknown> & { handler: (statement: Statement) => void };

/** The current use of a pool's connections. */
export type PoolFacts = {
  readonly name: string;
  readonly inUse: number;
  readonly idle: number;
  /** Statements and transactions that wait for a connection. */
  readonly waiting: number;
  readonly max: number;
};

/**
 * Counts the use of a pool of postgres.js, which has no such counts itself. A user is anything that has or waits for
 * its own connection: a transaction, a reserved connection, a single statement. Users beyond `max` wait.
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

  /** Counts a connection while it is open. */
  count(socket: Duplex): void {
    this.#open += 1;
    socket.once('close', () => {
      this.#open -= 1;
    });
  }

  /** Wraps the client so that its statements and transactions are counted. Reserved connections call `enter`. */
  metering(client: Sql): Sql {
    const begin = client.begin as (...args: readonly unknown[]) => Promise<unknown>;
    Object.assign(client, { begin: (...args: readonly unknown[]) => this.#during(begin(...args)) });
    const unsafe = (...args: Parameters<Sql['unsafe']>) => this.#watch(client.unsafe(...args));
    return new Proxy(client, {
      apply: (target, _, args) => this.#watch(Reflect.apply(target, undefined, args)),
      // Not set on the client, which calls its own `unsafe` to begin transactions.
      get: (target, key) => (key === 'unsafe' ? unsafe : Reflect.get(target, key)),
    });
  }

  /** Counts a user until the returned function is called. */
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

  /** Only whole statements get a handler call; fragments of statements do not. */
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
