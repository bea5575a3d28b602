import type { Sql, TransactionSql } from 'postgres';
import { isLost } from './away.ts';
import type { Change } from './changes.ts';
import { announcing, type ChangeFeed } from './change-feed.ts';
import { commitInTwoPhases } from './two-phases.ts';

type Work = (tx: TransactionSql) => unknown;
/** The parts of postgres.js' statements that its types lack. */
type Statement = Promise<unknown> & {
  handler: (statement: Statement) => void;
  reject(error: unknown): void;
};

/**
 * Makes a transaction that loses its connection fail, and nothing else. postgres.js 3.4 would send the next statement,
 * at least its own rollback, on the lost connection: a TypeError that nobody can catch ended the process. So nothing
 * more is sent, and the work's result is withheld: postgres.js itself fails the transaction when it notices the closed
 * connection. The work must return a promise; a list of statements, which `begin` would accept, is not awaited.
 * Changes that a transaction announces are published after its commit, before `begin` resolves. Others are published at
 * once.
 */
export function guardTransactions(
  sql: Sql,
  changeFeed: ChangeFeed,
  { twoPhases = false }: GuardOptions = {},
): Sql {
  const begin = sql.begin as (...args: readonly unknown[]) => Promise<unknown>;
  const guarded = (...args: readonly unknown[]) => {
    const given = args.at(-1) as Work; // safe: the options, if any, come first
    const writes = !String(args[0]).includes('read only');
    const work = twoPhases && writes ? inTwoPhases(given) : given;
    const connection = new Connection();
    const begun = begin(...args.slice(0, -1), (tx: TransactionSql) => connection.run(tx, work));
    begun.catch((error) => connection.lose(error));
    return begun.then((value) => {
      changeFeed.publish(connection.announced);
      return value;
    });
  };
  const publish = (changes: readonly Change[]) => changeFeed.publish(changes);
  return Object.assign(sql, { begin: guarded, [announcing]: publish });
}

type GuardOptions = {
  /** Whether each transaction that may write commits in two phases. */
  readonly twoPhases?: boolean;
};

const inTwoPhases =
  (work: Work): Work =>
  async (tx) => {
    await commitInTwoPhases(tx);
    return work(tx);
  };

class Connection {
  readonly announced: Change[] = [];
  #lost: { readonly error: unknown } | null = null;

  lose(error: unknown): void {
    if (isLost(error)) this.#lost ??= { error };
  }

  run(tx: TransactionSql, work: Work): Promise<unknown> {
    return new Promise((resolve, reject) => {
      Promise.resolve(work(this.#guard(tx))).then(
        (value) => this.#lost === null && resolve(value),
        (error) => {
          this.lose(error);
          if (this.#lost === null) reject(error);
        },
      );
    });
  }

  #guard(tx: TransactionSql): TransactionSql {
    const own = {
      unsafe: (...args: Parameters<TransactionSql['unsafe']>) => this.#watch(tx.unsafe(...args)),
      [announcing]: (changes: readonly Change[]) => void this.announced.push(...changes),
    };
    return new Proxy(tx, {
      apply: (target, _, args) => this.#watch(Reflect.apply(target, undefined, args)),
      get: (target, key) => Reflect.get(Object.hasOwn(own, key) ? own : target, key),
    });
  }

  /** Only whole statements get a handler call; fragments of statements do not. */
  #watch(made: unknown): unknown {
    if (!(made instanceof Promise)) return made;
    const statement = made as Statement; // safe: see its type
    const send = statement.handler;
    statement.handler = (sent) => {
      sent.catch((error) => this.lose(error));
      if (this.#lost === null) send(sent);
      else sent.reject(this.#lost.error);
    };
    return statement;
  }
}
