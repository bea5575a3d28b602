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
  /** Whether demo accounts are generated in an empty store. */
  readonly demo: boolean;
  /** Whether the server also runs a job process. */
  readonly worker: boolean;
  /** How many processes serve requests, at the same port. */
  readonly processes: number;
  /** How long a job process's event loop may be blocked before the process is killed. */
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
