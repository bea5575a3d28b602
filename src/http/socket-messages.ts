import type { Cancellation } from '../platform/cancellation.ts';
import { clientLeft } from './client-left.ts';
import type { HttpError } from './errors.ts';
import { checkJsonSize, outlineOf } from './json.ts';

const serverOnly: readonly unknown[] = ['connection_ack', 'next', 'error'];

/**
 * Checks a message of a socket before it is parsed. Null: accept it. `close`: only servers send it, so close the
 * socket. Text: the answer to an operation whose JSON is over the limits.
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

/** Ends the work for an operation that its client has completed: graphql-ws lets a query run on. */
export function leaveCompleted(text: string, running: Map<string, Cancellation>): void {
  const { type, id } = outline(text);
  if (type !== 'complete' || typeof id !== 'string') return;
  running.get(id)?.cancel(clientLeft());
  running.delete(id);
}

const outline = (text: string): { readonly type?: unknown; readonly id?: unknown } => ({
  ...(outlineOf(text) as { type?: unknown; id?: unknown } | null),
});
