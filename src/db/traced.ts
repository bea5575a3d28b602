import type { Sql } from 'postgres';
import type { Tracer } from '../shared/tracer.ts';

/** The most characters of a statement in a span. */
const maxLength = 1_000;

/**
 * Wraps the client so that each statement has a span within its operation. The span has the text with `$1` for values,
 * never the values. Transactions have none.
 */
export function tracedBy(client: Sql, tracer: Tracer): Sql {
  const unsafe = (...args: Parameters<Sql['unsafe']>) => {
    const text = args[0].slice(0, maxLength);
    const begin = {
      name: /^\W*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? 'SQL',
      kind: 'client',
      attributes: { 'db.system.name': 'postgresql', 'db.query.text': text },
      onlyWithin: true,
    } as const;
    let asValues = false;
    const result = tracer.span(begin, async () => {
      // Drizzle calls `values()` synchronously, before this continues.
      await null;
      const statement = client.unsafe(...args);
      return await (asValues ? statement.values() : statement);
    });
    const values = () => {
      asValues = true;
      return result;
    };
    return Object.assign(result, { values });
  };
  return new Proxy(client, {
    get: (target, key) => (key === 'unsafe' ? unsafe : Reflect.get(target, key)),
  });
}
