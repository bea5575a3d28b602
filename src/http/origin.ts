import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { HttpError } from './errors.ts';

// Without keys whoever reaches the server may read and delete, and every web page that a user visits can make the
// browser reach 127.0.0.1. Two checks keep pages out:
// - DNS rebinding: a page's own host name is made to resolve to 127.0.0.1, so the browser takes the server for the
//   page's origin. The Host header still says the page's name, so on loopback only known names are served.
// - Cross-site requests: a page may send "simple" requests (a form, an upload, text/plain, GET) without asking
//   first. Browsers name the sender in Sec-Fetch-Site and Origin, which a page cannot forge. Anything else needs a
//   CORS preflight, and the server grants none.
// Programs (curl, a client library) send neither header and are let in: they need no browser to do harm.

const hostHeader = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i;

/**
 * Refuses a Host header that is malformed or, on loopback, no IP address, localhost or one of `names`.
 * An address is safe to serve: rebinding needs a name.
 */
export function checkHost(
  host: string | undefined,
  options: { readonly loopback: boolean; readonly names: readonly string[] },
): void {
  const match = hostHeader.exec(host ?? '');
  if (match === null) throw new HttpError(400, 'BAD_INPUT', 'The Host header is missing or malformed');
  const name = (match[1] ?? match[2] ?? '').toLowerCase();
  if (!options.loopback || isIP(name) !== 0) return;
  if (name === 'localhost' || name.endsWith('.localhost') || options.names.includes(name)) return;
  throw new HttpError(
    403,
    'FORBIDDEN',
    `Not served under the name ${name}: use localhost, or name it in ALLOWED_HOSTS`,
  );
}

/** Refuses what a browser sends on behalf of a page of another origin; other ports of localhost count as such. */
export function checkSameOrigin(req: IncomingMessage): void {
  const site = req.headers['sec-fetch-site'];
  const { origin, host } = req.headers;
  // Browsers send Sec-Fetch-Site to https and loopback only; elsewhere Origin has to do. GETs may lack both.
  const same =
    site === undefined
      ? origin === undefined || isOriginOf(origin, host)
      : site === 'same-origin' || site === 'none';
  if (same) return;
  throw new HttpError(
    403,
    'FORBIDDEN',
    `Not open to pages of other origins (${(origin ?? site ?? '').slice(0, 100)}): ask from the server's own, or not from a browser`,
  );
}

/** Compares hosts with their ports; behind a proxy the scheme may differ. */
function isOriginOf(origin: string, host: string | undefined): boolean {
  try {
    const { host: page, protocol } = new URL(origin);
    return page === new URL(`${protocol}//${host}`).host;
  } catch {
    return false; // `null`, of sandboxed frames and files, is nobody's origin
  }
}
