import { setMaxListeners } from 'node:events';
import type { ReservedSql, Sql } from 'postgres';
import { DomainError } from '../shared/errors.ts';
import { isLost } from './away.ts';
import type { Pool } from './pool.ts';
import { hasOnePlan, type OftenSent } from './prepared.ts';
import { onForgotten } from './type-requests.ts';

/** What postgres.js makes of a statement, as far as its types leave out: the promise of `cancel()` is not given out. */
type Statement = Promise<unknown> & {
  canceller: ((statement: Statement) => Promise<unknown>) | null;
  values(): Statement;
};
type Arguments = Parameters<Sql['unsafe']>;

/** A client, and who counts how it is used. */
type Counted = { readonly client: Sql; readonly pool: Pick<Pool, 'enter'> };

/**
 * The client for one operation: when the signal fires, its statements are cancelled at Postgres, and those that wait
 * for a connection no longer do. They fail with the signal's reason. Transactions are left alone.
 *
 * Each statement has its connection to itself until it has ended and its cancel request, if any, was carried out. One
 * that came late would cancel the next statement on the connection, which may be somebody else's.
 */
export function cancelledBy(
  clients: {
    /** Plans each statement for its parameters. */
    readonly planning: Counted;
    /** Plans a statement once: for those that are kept prepared and marked by `onePlan`. */
    readonly planned: Counted;
  },
  signal: AbortSignal,
  often: OftenSent,
): Sql {
  setMaxListeners(0, signal);
  const unsafe = (text: string, parameters?: Arguments[1]) => {
    let asValues = false;
    // Drizzle asks for values at once, before the next turn.
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
    // Where the request cannot be sent, the statement goes on as it would have without one.
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
    // postgres.js takes a lost connection back by itself, and would use one that is released once more.
    if (isOpen) connection.release();
  }
}

/** A connection of the pool; one that comes when nobody waits any more goes back. */
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

/** Why an operation ended early, as an error that nobody logs. */
function reasonOf({ reason }: AbortSignal): DomainError {
  return reason instanceof DomainError ? reason : new DomainError('TIMEOUT', 'The client has left');
}
