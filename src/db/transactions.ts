import type { Sql, TransactionSql } from 'postgres';
import { isLost } from './away.ts';
import type { Change } from './changes.ts';
import { announcing, type News } from './news.ts';
import { commitInTwoPhases } from './two-phases.ts';

type Work = (tx: TransactionSql) => unknown;
/** What postgres.js makes of a statement, as far as its types leave out. */
type Statement = Promise<unknown> & {
  handler: (statement: Statement) => void;
  reject(error: unknown): void;
};

/**
 * Lets a transaction that loses its connection fail, and nothing else. postgres.js 3.4 would send what comes next, its
 * own rollback at least, on the connection that is gone: a TypeError that nobody can catch ended the process. So
 * nothing is sent any more, and it is not told how the work ended: it fails the transaction itself when it sees that
 * the connection is closed. The work has to give a promise: a list of statements, which `begin` itself would take, is not
 * waited for.
 *
 * What a transaction announces is handed over when it has committed, before `begin` resolves; what is announced outside
 * of one is handed over at once.
 */
export function guardTransactions(sql: Sql, news: News, { twoPhases = false }: GuardOptions = {}): Sql {
  const begin = sql.begin as (...args: readonly unknown[]) => Promise<unknown>;
  const guarded = (...args: readonly unknown[]) => {
    const given = args.at(-1) as Work; // safe: the options, if any, come first
    const writes = !String(args[0]).includes('read only');
    const work = twoPhases && writes ? inTwoPhases(given) : given;
    const connection = new Connection();
    const begun = begin(...args.slice(0, -1), (tx: TransactionSql) => connection.run(tx, work));
    begun.catch((error) => connection.lose(error));
    return begun.then((value) => {
      news.handOver(connection.announced);
      return value;
    });
  };
  const handOver = (changes: readonly Change[]) => news.handOver(changes);
  return Object.assign(sql, { begin: guarded, [announcing]: handOver });
}

type GuardOptions = {
  /** Whether each transaction that may write is to commit in two phases. */
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

  /** Only what is a statement by itself is ever handed over; a part of another is left alone. */
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
