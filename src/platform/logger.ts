import { type Logger, pino } from 'pino';

/** A logger that writes JSON lines to stderr: stdout belongs to a command's own output. */
export function createLogger(level: string, name: string): Logger {
  return pino({ level, name }, pino.destination({ fd: 2, sync: true }));
}
