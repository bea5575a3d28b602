import type { Ending } from '../platform/ending.ts';
import { clientLeft } from './client-left.ts';
import type { HttpError } from './errors.ts';
import { checkJsonSize, outlineOf } from './json.ts';

const serverOnly: readonly unknown[] = ['connection_ack', 'next', 'error'];

/**
 * What to do with a message of a socket before it is parsed: null takes it, `close` is for what only servers send, and
 * text is the answer to an operation whose JSON is over the limits.
 */
export function refuseMessage(text: string): 'close' | string | null {
  const { type, id } = outline(text);
  if (serverOnly.includes(type)) return 'close';
  try {
    checkJsonSize(text, 'The message');
    return null;
  } catch (error) {
    if (type !== 'subscribe' || typeof id !== 'string' || id === '') return 'close';
    const { message, code } = error as HttpError; // safe: it throws no other
    return JSON.stringify({ id, type: 'error', payload: [{ message, extensions: { code } }] });
  }
}

/** Ends what the store is being asked for an operation that its client completes: graphql-ws lets a query run on. */
export function leaveCompleted(text: string, running: Map<string, Ending>): void {
  const { type, id } = outline(text);
  if (type !== 'complete' || typeof id !== 'string') return;
  running.get(id)?.end(clientLeft());
  running.delete(id);
}

const outline = (text: string): { readonly type?: unknown; readonly id?: unknown } => ({
  ...(outlineOf(text) as { type?: unknown; id?: unknown } | null),
});
