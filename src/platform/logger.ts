import { type Logger, pino } from 'pino';
import { currentSpan } from './current-span.ts';
import { redact } from '../shared/secrets.ts';

/** Whoever logs a request logs neither key nor cookie with it. */
const headers = ['headers', '*.headers'].flatMap((path) => [`${path}.authorization`, `${path}.cookie`]);

/** Ties a line to the span that it was written in. */
const mixin = () => {
  const span = currentSpan.getStore();
  return span === undefined ? {} : { traceId: span.traceId };
};

/** A logger that writes JSON lines without secrets to stderr: stdout belongs to a command's own output. */
export function createLogger(level: string, name: string): Logger {
  // The line as it is written: whatever is logged, an error with its causes or a whole request, is text by then.
  const hooks = { streamWrite: redact };
  const destination = pino.destination({ fd: 2, sync: true });
  // Whoever read the log is gone: nobody is left to tell.
  destination.on('error', () => {});
  return pino({ level, name, mixin, hooks, serializers: { err: briefError }, redact: headers }, destination);
}

/**
 * An error as a line of the log has it: its type, message and stack, with those of its causes, and its plain fields, e.g.
 * a code. Drivers hang whole connections on theirs, which would make a line thousands of characters long.
 */
export function briefError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const fields = Object.entries(pino.stdSerializers.err(error));
  const brief = Object.fromEntries(fields.filter(([, value]) => typeof value !== 'object'));
  // Of a host with several addresses, each has an error of its own.
  return error instanceof AggregateError
    ? { ...brief, aggregateErrors: error.errors.map(briefError) }
    : brief;
}
