import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, type Socket } from 'node:net';

/** The trusted proxies: a number of them in a row before the server, or their addresses. */
export type TrustedProxies = { readonly hops: number } | { readonly addresses: BlockList };

/** Parses TRUST_PROXY; null when it is neither a number of proxies nor their addresses. */
export function parseTrust(text: string): TrustedProxies | null {
  if (/^[1-9]$/.test(text.trim())) return { hops: Number(text) };
  const addresses = new BlockList();
  for (const entry of text.split(',')) {
    const [address = '', bits, ...more] = entry.trim().split('/');
    const version = isIP(address);
    const longest = version === 4 ? 32 : 128;
    if (version === 0 || more.length > 0) return null;
    if (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= longest)) return null;
    addresses.addSubnet(address, bits === undefined ? longest : Number(bits), familyOf(address));
  }
  return { addresses };
}

/**
 * Returns the IP address that a request came from. Each proxy appends the address that called it to X-Forwarded-For;
 * entries before those of the trusted proxies may be made up.
 */
export function addressOf(req: IncomingMessage, trust: TrustedProxies | null): string {
  let address = peerOf(req.socket);
  if (trust === null) return address;
  const forwarded = String(req.headers['x-forwarded-for'] ?? '').split(',');
  for (let hop = 0; isTrusted(address, hop, trust); hop++) {
    const before = plain((forwarded.pop() ?? '').trim());
    if (isIP(before) === 0) break;
    address = before;
  }
  return address;
}

/** Caches the peer address on its connection: Node formats it anew at each read. */
const known = Symbol('address');

function peerOf(socket: Socket & { [known]?: string }): string {
  const before = socket[known];
  if (before !== undefined) return before;
  const { remoteAddress } = socket;
  if (remoteAddress === undefined) return ''; // it is closed
  const address = plain(remoteAddress);
  socket[known] = address;
  return address;
}

function isTrusted(address: string, hop: number, trust: TrustedProxies): boolean {
  if ('hops' in trust) return hop < trust.hops;
  return isIP(address) !== 0 && trust.addresses.check(address, familyOf(address));
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Removes the IPv6 prefix of an IPv4 address, and a port. */
const plain = (address: string): string =>
  !address.includes(':')
    ? address
    : address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
