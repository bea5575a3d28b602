import { type Logger, pino } from 'pino';
import { currentSpan } from './current-span.ts';
import { redact } from '../shared/secrets.ts';

/** Headers that are removed from logged requests: keys and cookies. */
const headers = ['headers', '*.headers'].flatMap((path) => [`${path}.authorization`, `${path}.cookie`]);

/** Adds the id of the current trace to a line. */
const mixin = () => {
  const span = currentSpan.getStore();
  return span === undefined ? {} : { traceId: span.traceId };
};

/** Creates a logger that writes JSON lines without secrets to stderr; stdout is for the output of commands. */
export function createLogger(level: string, name: string): Logger {
  // Redacts the finished line, which by then contains everything as text, e.g. an error with its causes or a whole
  // request.
  const hooks = { streamWrite: redact };
  const destination = pino.destination({ fd: 2, sync: true });
  // The reader of the log is gone, so the error cannot be reported anywhere.
  destination.on('error', () => {});
  return pino({ level, name, mixin, hooks, serializers: { err: briefError }, redact: headers }, destination);
}

/**
 * Formats an error for the log: its type, message and stack, with those of its causes, and its plain fields, e.g. a
 * code. Drivers attach whole connections to their errors, which would make a line thousands of characters long.
 */
export function briefError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const fields = Object.entries(pino.stdSerializers.err(error));
  const brief = Object.fromEntries(fields.filter(([, value]) => typeof value !== 'object'));
  // A host with several addresses has an error for each.
  return error instanceof AggregateError
    ? { ...brief, aggregateErrors: error.errors.map(briefError) }
    : brief;
}
