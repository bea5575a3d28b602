import { resolve } from 'node:path';
import { z } from 'zod';

/** A number of the environment, within bounds. */
const number = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);

const environment = z.object({
  PORT: number(4000, 0, 65_535),
  HOST: z.string().min(1).default('127.0.0.1'),
  AUTH: z.enum(['on', 'off']).default('on'),
  LARKSTAT_DATA: z.string().min(1).default('.larkstat'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'expected postgres://user:password@host:port/database')
    .optional(),
  LARKSTAT_DEMO: z.enum(['on', 'off']).default('on'),
  LARKSTAT_WORKER: z.enum(['on', 'off']).default('on'),
  LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
  UPLOAD_MAX_BYTES: number(20 * 1024 ** 3, 1, Number.MAX_SAFE_INTEGER),
  QUERY_TIMEOUT_MS: number(30_000, 100, 600_000),
});

/** Everything that can be set from outside, by what it is for. The README's table says each one's meaning. */
export type Config = {
  readonly http: { readonly host: string; readonly port: number; readonly maxUploadBytes: number };
  /** External: a Postgres that others run. Embedded: one of our own in the data folder. */
  readonly database:
    | { readonly kind: 'external'; readonly url: string }
    | { readonly kind: 'embedded'; readonly folder: string };
  readonly dataFolder: string;
  readonly demo: boolean;
  /** Whether the server runs a job process inside. */
  readonly worker: boolean;
  readonly logLevel: string;
  readonly queryTimeoutMs: number;
};

/** The configuration, or an error that names every bad variable at once. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  // An empty variable is one that is not set: compose files and shells leave such behind.
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(set);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The configuration is not valid:\n${problems.join('\n')}`);
  }
  const values = parsed.data;
  if (!isLoopback(values.HOST) && values.AUTH !== 'off') {
    throw new Error(
      `HOST=${values.HOST} would let other machines in, and there are no keys yet: say AUTH=off if that is meant`,
    );
  }
  const dataFolder = resolve(values.LARKSTAT_DATA);
  return {
    http: { host: values.HOST, port: values.PORT, maxUploadBytes: values.UPLOAD_MAX_BYTES },
    database: values.DATABASE_URL
      ? { kind: 'external', url: values.DATABASE_URL }
      : { kind: 'embedded', folder: resolve(dataFolder, 'postgres') },
    dataFolder,
    demo: values.LARKSTAT_DEMO === 'on',
    worker: values.LARKSTAT_WORKER === 'on',
    logLevel: values.LOG_LEVEL,
    queryTimeoutMs: values.QUERY_TIMEOUT_MS,
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
