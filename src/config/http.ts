import { z } from 'zod';
import { parseTrust, type TrustedProxies } from '../http/address.ts';
import type { DrainTimes } from '../http/drain.ts';
import { defaultLimits } from '../http/limits.ts';
import { isLoopback } from '../shared/loopback.ts';
import { names, number, readBy, type Values, word } from './variables.ts';

const expectedOrigins =
  'origins without path, with commas between, such as http://localhost:5173, or * for all';

const expectedTrust =
  'how many proxies stand before the server, 1 to 9, or their addresses with commas between, such as 10.0.0.0/8';

/** Whether a text is an origin as browsers send it. */
const isOrigin = (text: string): boolean =>
  /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;

/** The server's address, its allowed callers, and its end. */
export const httpVariables = {
  PORT: number(4000, 0, 65_535),
  HOST: z.string().min(1).default('127.0.0.1'),
  ALLOWED_HOSTS: names.pipe(
    z.array(z.string().regex(/^[a-z0-9._-]+$/, 'names without port or path, with commas between')),
  ),
  ALLOWED_ORIGINS: z
    .string()
    .default('')
    .transform((text) => text.split(',').map((origin) => origin.trim()))
    .transform((origins) => origins.filter((origin) => origin !== ''))
    .refine((origins) => origins.every((origin) => origin === '*' || isOrigin(origin)), expectedOrigins),
  TRUST_PROXY: readBy(parseTrust, expectedTrust).optional(),
  DRAIN_SECONDS: number(25, 1, 3_600),
  DRAIN_DELAY_SECONDS: number(0, 0, 600),
  DASHBOARD: word(['on', 'off']).default('on'),
  UPLOAD_MAX_BYTES: number(defaultLimits.uploadBytes, 1, Number.MAX_SAFE_INTEGER),
};

export type HttpConfig = {
  readonly host: string;
  readonly port: number;
  /** Accepted host names, beside localhost and IP addresses. */
  readonly allowedHosts: readonly string[];
  /** Origins whose pages may send requests, beside the server's own; `*` is all, on loopback only. */
  readonly allowedOrigins: readonly string[];
  readonly maxUploadBytes: number;
  /** Whether the dashboard is served beside the API. */
  readonly dashboard: boolean;
  /** The proxies whose forwarding headers are trusted; null: none. */
  readonly trust: TrustedProxies | null;
  /** The times of a graceful stop. */
  readonly drain: DrainTimes;
};

/** Throws when every page of the web could use a server that other machines can reach. */
export function httpConfig(values: Values<typeof httpVariables>): HttpConfig {
  if (!isLoopback(values.HOST) && values.ALLOWED_ORIGINS.includes('*')) {
    throw new Error(
      `ALLOWED_ORIGINS=* would let every page of the web use this server, which other machines can reach with HOST=${values.HOST}: name the origins`,
    );
  }
  return {
    host: values.HOST,
    port: values.PORT,
    allowedHosts: values.ALLOWED_HOSTS,
    allowedOrigins: values.ALLOWED_ORIGINS,
    dashboard: values.DASHBOARD === 'on',
    maxUploadBytes: values.UPLOAD_MAX_BYTES,
    trust: values.TRUST_PROXY ?? null,
    drain: { delayMs: values.DRAIN_DELAY_SECONDS * 1_000, limitMs: values.DRAIN_SECONDS * 1_000 },
  };
}
