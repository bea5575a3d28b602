import { domainToUnicode } from 'node:url';
import { noItems } from '../../shared/lists.ts';

// Bounded: V8's stack overflows when it backtracks over millions of labels.
const plain = /^(?:https?:\/\/)?([a-z0-9][a-z0-9-]{0,999}(?:\.[a-z0-9-]{1,999}){1,500})(?:[/?#]|$)/i;
// The lookahead excludes a port: example.com:8080.
const hasProtocol = /^[a-z][a-z0-9+.-]*:(?!\d)/i;

const authority = /^[^:]*:[\\/]*[^\\/?#]*/;
/**
 * Longest part of a link before its path. A host has at most 253 characters, and Node needs quadratic time to convert a
 * long one to ASCII.
 */
const authorityLengthMax = 1_000;

/** The host of a link, lower case; null when the link does not lead to the web. */
function hostOf(url: string): string | null {
  const host = plain.exec(url)?.[1];
  if (host !== undefined) return host.length > authorityLengthMax ? null : host.toLowerCase();
  const absolute = hasProtocol.test(url.slice(0, authorityLengthMax)) ? url : `http://${url}`;
  const beginning = absolute.slice(0, authorityLengthMax + 1);
  if ((authority.exec(beginning)?.[0].length ?? 0) > authorityLengthMax || !URL.canParse(absolute))
    return null;
  const { protocol, hostname } = new URL(absolute);
  return protocol === 'http:' || protocol === 'https:' ? domainToUnicode(hostname) || null : null;
}

/** The host that counts as a link's domain, without `www.`; null for bad links and for X's own short links. */
function domainOf(url: string): string | null {
  const host = hostOf(url);
  if (host === null || host === 't.co') return null;
  return host.startsWith('www.') && host.length > 4 ? host.slice(4) : host;
}

/** The distinct domains of links, in order of first use. */
export function domainsOf(urls: readonly string[]): readonly string[] {
  if (urls.length === 0) return noItems;
  const domains = new Set<string>();
  for (const url of urls) {
    const domain = domainOf(url);
    if (domain !== null) domains.add(domain);
  }
  return [...domains];
}
