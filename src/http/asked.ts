import type { IncomingMessage } from 'node:http';
import { parseJson } from '../shared/json.ts';
import { HttpError } from './errors.ts';
import { checkJsonSize } from './json.ts';

/** What a query string asks; refuses JSON in it that would be refused in a body. */
export function parseQueryString(url: string): object {
  const asked = new URLSearchParams(url.replace(/^[^?]*/s, ''));
  for (const name of ['variables', 'extensions']) {
    for (const text of asked.getAll(name)) checkJsonSize(text, name);
  }
  return {
    id: asked.get('id'),
    query: asked.get('query'),
    operationName: asked.get('operationName'),
    extensions: parseJson(asked.get('extensions') ?? 'null'),
  };
}

/** The type of a body in small letters, without parameters; null for one in a content encoding. */
export function contentTypeOf(req: IncomingMessage): string | null {
  const { 'content-encoding': encoding = 'identity', 'content-type': type = '' } = req.headers;
  if (encoding.toLowerCase() !== 'identity') return null;
  if (type === 'application/json') return type;
  return type.replace(/;.*$/s, '').trim().toLowerCase();
}

/** The body, when it is fit for Yoga. */
export function checked(body: object): object {
  // Yoga would take what has no keys for a body not read yet, and wait for it.
  if (Object.keys(body).length === 0) throw new HttpError(400, 'BAD_INPUT', 'There is no query in the body');
  // Yoga would take this for a promise.
  if (Object.hasOwn(body, 'then')) throw new HttpError(400, 'BAD_INPUT', 'Unexpected parameter "then"');
  return body;
}
