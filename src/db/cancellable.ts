import { setMaxListeners } from 'node:events';
import type { ReservedSql, Sql } from 'postgres';
import { DomainError } from '../shared/errors.ts';
import { isLost } from './away.ts';
import type { Pool } from './pool.ts';
import { hasOnePlan, type OftenSent } from './prepared.ts';
import { onForgotten } from './type-requests.ts';

/** The parts of postgres.js' statements that its types lack. The public `cancel()` does not return its promise. */
type Statement = Promise<unknown> & {
  canceller: ((statement: Statement) => Promise<unknown>) | null;
  values(): Statement;
};
type Arguments = Parameters<Sql['unsafe']>;

/** A client, and the pool that counts its use. */
type Counted = { readonly client: Sql; readonly pool: Pick<Pool, 'enter'> };

/**
 * The client of one operation. When the signal fires, running statements are cancelled at Postgres, and those that wait
 * for a connection stop waiting. They fail with the signal's reason. Transactions are not affected.
 * Each statement has its own connection until it has ended and its cancel request, if any, was sent. A late request
 * would cancel the next statement on the connection, perhaps another operation's.
 */
export function cancelledBy(
  clients: {
    /** The client that plans each statement for its parameters. */
    readonly planning: Counted;
    /** The client that plans a statement once: for those that are prepared and marked by `onePlan`. */
    readonly planned: Counted;
  },
  signal: AbortSignal,
  often: OftenSent,
): Sql {
  setMaxListeners(0, signal);
  const unsafe = (text: string, parameters?: Arguments[1]) => {
    let asValues = false;
    // Drizzle calls `values()` synchronously, before this runs.
    const result = Promise.resolve().then(async () => {
      const prepare = often.note(text);
      const { client, pool } = prepare && hasOnePlan(text) ? clients.planned : clients.planning;
      const leave = pool.enter();
      try {
        return await run(client, signal, [text, parameters, { prepare }], asValues);
      } finally {
        leave();
      }
    });
    const values = () => {
      asValues = true;
      return result;
    };
    return Object.assign(result, { values });
  };
  return new Proxy(clients.planning.client, {
    get: (target, key) => (key === 'unsafe' ? unsafe : Reflect.get(target, key)),
  });
}

async function run(client: Sql, signal: AbortSignal, args: Arguments, asValues: boolean): Promise<unknown> {
  const connection = await reserve(client, signal);
  let cancelling: Promise<unknown> | undefined;
  let isOpen = true;
  const made = connection.unsafe(...args) as unknown as Statement; // safe: see its type
  const statement = asValues ? made.values() : made;
  const cancel = () => {
    // When the request cannot be sent, the statement runs to its end.
    cancelling = statement.canceller?.(statement).catch(() => {});
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    if (signal.aborted) throw reasonOf(signal);
    return await statement;
  } catch (error) {
    isOpen = !isLost(error);
    throw signal.aborted ? reasonOf(signal) : error;
  } finally {
    signal.removeEventListener('abort', cancel);
    await cancelling;
    // postgres.js releases a lost connection itself, and would reuse one that is released twice.
    if (isOpen) connection.release();
  }
}

/** Reserves a connection. One that arrives after the abort is released. */
function reserve(client: Sql, signal: AbortSignal): Promise<ReservedSql> {
  if (signal.aborted) return Promise.reject(reasonOf(signal));
  return new Promise((resolve, reject) => {
    let waits = true;
    const settle = (how: () => void) => {
      if (waits) how();
      waits = false;
      signal.removeEventListener('abort', leave);
      forget();
    };
    const leave = () => settle(() => reject(reasonOf(signal)));
    const ask = () =>
      void client.reserve().then(
        (connection) => {
          if (waits) settle(() => resolve(connection));
          else connection.release();
        },
        (error) => settle(() => reject(error)),
      );
    const forget = onForgotten(ask);
    signal.addEventListener('abort', leave, { once: true });
    ask();
  });
}

/** The reason of an abort, as an error that is not logged. */
function reasonOf({ reason }: AbortSignal): DomainError {
  return reason instanceof DomainError ? reason : new DomainError('TIMEOUT', 'The client has left');
}
