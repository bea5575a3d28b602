import { z } from 'zod';
import { isLoopback } from '../shared/loopback.ts';
import { number, type Values } from './variables.ts';

/** Access to the metrics, and the port of a job process's metrics. */
export const metricsVariables = {
  METRICS_TOKEN: z
    .string()
    .regex(
      /^[\x21-\x7e]{20,200}$/,
      '20 to 200 characters without spaces, such as `openssl rand -hex 32` makes',
    )
    .optional(),
  WORKER_METRICS_PORT: number(0, 0, 65_535),
};

export type MetricsConfig = {
  /** A token that may only read the metrics. Null: only keys of scope admin may, and callers that need no key. */
  readonly token: string | null;
  /** The port where `larkstat worker` serves its metrics, at the address of HOST; null: none. */
  readonly workerPort: number | null;
};

/** Throws when other machines could read a job process's metrics without a token. */
export function metricsConfig(
  values: Values<typeof metricsVariables> & { readonly HOST: string },
): MetricsConfig {
  const { HOST, METRICS_TOKEN: token = null, WORKER_METRICS_PORT: port } = values;
  if (port !== 0 && token === null && !isLoopback(HOST)) {
    throw new Error(
      `WORKER_METRICS_PORT=${port} would be open to other machines with HOST=${HOST}: set METRICS_TOKEN`,
    );
  }
  return { token, workerPort: port === 0 ? null : port };
}
