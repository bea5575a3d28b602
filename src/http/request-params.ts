import type { IncomingMessage } from 'node:http';
import { parseJson } from '../shared/json.ts';
import { HttpError } from './errors.ts';
import { checkJsonSize } from './json.ts';

/** Parses the GraphQL parameters of a query string; refuses JSON that would be refused in a body. */
export function parseQueryString(url: string): object {
  const params = new URLSearchParams(url.replace(/^[^?]*/s, ''));
  for (const name of ['variables', 'extensions']) {
    for (const text of params.getAll(name)) checkJsonSize(text, name);
  }
  return {
    id: params.get('id'),
    query: params.get('query'),
    operationName: params.get('operationName'),
    extensions: parseJson(params.get('extensions') ?? 'null'),
  };
}

/** Returns the content type of a body in lower case, without parameters; null for a body in a content encoding. */
export function contentTypeOf(req: IncomingMessage): string | null {
  const { 'content-encoding': encoding = 'identity', 'content-type': type = '' } = req.headers;
  if (encoding.toLowerCase() !== 'identity') return null;
  if (type === 'application/json') return type;
  return type.replace(/;.*$/s, '').trim().toLowerCase();
}

/** Returns the body if Yoga can take it; throws otherwise. */
export function requireBody(body: object): object {
  // Yoga treats an object without keys as a body that is still to be read, and waits for it.
  if (Object.keys(body).length === 0) throw new HttpError(400, 'BAD_INPUT', 'There is no query in the body');
  // Yoga treats an object with this key as a promise.
  if (Object.hasOwn(body, 'then')) throw new HttpError(400, 'BAD_INPUT', 'Unexpected parameter "then"');
  return body;
}
