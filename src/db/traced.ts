import type { Sql } from 'postgres';
import type { Tracer } from '../shared/tracer.ts';

/** As much of a statement as a span has. */
const maxLength = 1_000;

/**
 * The client, each of whose statements is a span of the operation that it is part of: its text, in which `$1` stands
 * for a value, and never a value. Transactions are left alone.
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
      // Drizzle asks for values at once, before the next turn.
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
