import { getOperationAST } from 'graphql';
import type { Documents } from './documents.ts';

type Asked = { readonly query?: unknown; readonly operationName?: unknown };

/**
 * Whether a request only reads: all its operations are queries. False for what cannot be read, too: running it says
 * what is wrong.
 */
export function isReading(asked: unknown, documents: Documents): boolean {
  if (Array.isArray(asked)) return asked.length > 0 && asked.every((one) => isQuery(one, documents));
  return isQuery(asked as Asked | null, documents); // safe: its parts are unknown, too
}

function isQuery(asked: Asked | null, documents: Documents): boolean {
  if (typeof asked?.query !== 'string') return false;
  const name =
    typeof asked.operationName === 'string' && asked.operationName !== '' ? asked.operationName : null;
  try {
    return getOperationAST(documents.read(asked.query).document, name)?.operation === 'query';
  } catch {
    return false;
  }
}
