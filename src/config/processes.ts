import { number, type Values, word } from './variables.ts';

/** What `larkstat serve` starts, and what its processes log. */
export const processVariables = {
  LARKSTAT_DEMO: word(['on', 'off']).default('on'),
  LARKSTAT_WORKER: word(['on', 'off']).default('on'),
  LARKSTAT_PROCESSES: number(1, 1, 32),
  WORKER_STALL_MS: number(30_000, 1_000, 3_600_000),
  LOG_LEVEL: word(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
};

export type ProcessConfig = {
  /** Whether demo accounts are made up where there is nothing else to show. */
  readonly demo: boolean;
  /** Whether the server runs a job process inside. */
  readonly worker: boolean;
  /** How many processes answer requests, at the same port. */
  readonly processes: number;
  /** How long the event loop of a job process may stand still before the process is ended. */
  readonly workerStallMs: number;
  readonly logLevel: string;
};

export const processConfig = (values: Values<typeof processVariables>): ProcessConfig => ({
  demo: values.LARKSTAT_DEMO === 'on',
  worker: values.LARKSTAT_WORKER === 'on',
  processes: values.LARKSTAT_PROCESSES,
  workerStallMs: values.WORKER_STALL_MS,
  logLevel: values.LOG_LEVEL,
});
