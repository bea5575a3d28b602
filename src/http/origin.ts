import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { HttpError } from './errors.ts';

// Without keys, everybody who reaches the server may read and delete, and every web page that a user visits can make the
// browser reach 127.0.0.1. Two checks keep pages out:
// - DNS rebinding: a page's own host name is made to resolve to 127.0.0.1, so the browser takes the server for the
//   page's origin. The Host header still says the page's name, so on loopback only known names are served.
// - Cross-site requests: a page may send "simple" requests (a form, an upload, text/plain, GET) without asking
//   first. Browsers name the sender in Sec-Fetch-Site and Origin, which a page cannot forge. Anything else needs a
//   CORS preflight, which cors.ts grants to the origins of ALLOWED_ORIGINS alone.
// Programs (curl, a client library) send neither header and are accepted: they need no browser to do harm.

const hostHeader = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i;

/** The hosts and origins that are served. */
export type Allowed = {
  /** Names of the server besides localhost and IP addresses, in lower case. */
  readonly hosts: readonly string[];
  /** Origins of pages that may send requests, as browsers write them; `*` allows all. */
  readonly origins: readonly string[];
};

/**
 * Refuses a Host header that is malformed, or that is not an IP address, localhost or an allowed host. Beyond
 * loopback any name is served until hosts are set. An IP address is safe: rebinding needs a name.
 */
export function checkHost(
  host: string | undefined,
  { loopback, hosts }: Pick<Allowed, 'hosts'> & { readonly loopback: boolean },
): void {
  const match = hostHeader.exec(host ?? '');
  if (match === null || !URL.canParse(`http://${host}`))
    throw new HttpError(400, 'BAD_INPUT', 'The Host header is missing, malformed or given twice');
  const name = (match[1] ?? match[2] ?? '').toLowerCase();
  if (isIP(name) !== 0 || (!loopback && hosts.length === 0)) return;
  if (name === 'localhost' || name.endsWith('.localhost') || hosts.includes(name)) return;
  throw notAllowed(`Host: ${name}`);
}

/**
 * Returns the Host header of a request; undefined when it has none, or several: proxies and servers differ in which
 * one they use.
 */
export function onlyHost({ rawHeaders }: IncomingMessage): string | undefined {
  let host: string | undefined;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (name.length !== 4 || name.toLowerCase() !== 'host') continue;
    if (host !== undefined) return undefined;
    host = rawHeaders[at + 1];
  }
  return host;
}

/** Refuses a request that a browser sends for a page of an origin that is not allowed. Another port is another origin. */
export function checkOrigin(req: IncomingMessage, { origins }: Pick<Allowed, 'origins'>): void {
  const site = req.headers['sec-fetch-site'];
  const { origin, host } = req.headers;
  if (isAllowedOrigin(origin, origins)) return;
  // Browsers send Sec-Fetch-Site only to https and loopback; elsewhere Origin is checked. GETs may lack both.
  const same =
    site === undefined
      ? origin === undefined || isOriginOf(origin, host)
      : site === 'same-origin' || site === 'none';
  if (!same) throw notAllowed(origin === undefined ? `Sec-Fetch-Site: ${site}` : `Origin: ${origin}`);
}

/** Whether an origin is allowed, by its name or by `*`. */
export function isAllowedOrigin(origin: string | undefined, origins: readonly string[]): origin is string {
  return origin !== undefined && (origins.includes(origin) || origins.includes('*'));
}

function notAllowed(header: string): HttpError {
  const rule = "The request's Origin or Host is not allowed: set ALLOWED_ORIGINS or ALLOWED_HOSTS.";
  return new HttpError(403, 'FORBIDDEN', `${rule} It came with ${header.slice(0, 100)}`);
}

/** Compares hosts with their ports; behind a proxy the scheme may differ. */
function isOriginOf(origin: string, host: string | undefined): boolean {
  try {
    const { host: page, protocol } = new URL(origin);
    return page === new URL(`${protocol}//${host}`).host;
  } catch {
    return false; // `null`, the origin of sandboxed frames and files, matches nothing
  }
}
