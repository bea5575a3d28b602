import { getOperationAST } from 'graphql';
import type { App } from '../app.ts';
import { type Asked as AskedDocument, documentOf } from './use-registered-operations.ts';

type Asked = AskedDocument & { readonly operationName?: unknown };
type Api = Pick<App, 'documents' | 'operations'>;

/**
 * Whether a request only reads: all its operations are queries. Also false for an unreadable request: running it
 * reports the error. A text with its hash is registered when `register` is set, because the answer may come from the
 * cache of another process.
 */
export function isReading(asked: unknown, app: Api, register: boolean): boolean {
  if (Array.isArray(asked)) return asked.length > 0 && asked.every((one) => isQuery(one, app, register));
  return isQuery(asked as Asked | null, app, register); // safe: its properties are unknown, too
}

function isQuery(asked: Asked | null, { documents, operations }: Api, register: boolean): boolean {
  if (typeof asked !== 'object' || asked === null) return false;
  const name =
    typeof asked.operationName === 'string' && asked.operationName !== '' ? asked.operationName : null;
  try {
    const text = documentOf(asked, operations, register);
    return text !== null && getOperationAST(documents.read(text).document, name)?.operation === 'query';
  } catch {
    return false;
  }
}
