import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { addressOf, parseTrust } from '../../../src/http/address.ts';

const request = (remoteAddress: string, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage; // safe: no more of it is read

test.each([
  ['no proxy is trusted', null, '10.0.0.1', '203.0.113.9', '10.0.0.1'],
  ['one hop', '1', '10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['what a client made up is left alone', '1', '10.0.0.1', '1.2.3.4, 203.0.113.9', '203.0.113.9'],
  ['two hops', '2', '10.0.0.1', '203.0.113.9, 10.0.0.2', '203.0.113.9'],
  ['fewer entries than hops', '3', '10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['no header', '1', '10.0.0.1', undefined, '10.0.0.1'],
  ['no address in the header', '1', '10.0.0.1', 'unknown', '10.0.0.1'],
  ['a trusted network', '10.0.0.0/8', '10.0.0.1', '203.0.113.9, 10.1.2.3', '203.0.113.9'],
  ['a stranger who says it is a proxy', '10.0.0.0/8', '198.51.100.7', '203.0.113.9', '198.51.100.7'],
  ['IPv4 on a socket of IPv6', '127.0.0.1, ::1', '::ffff:127.0.0.1', '2001:db8::1', '2001:db8::1'],
  ['a port at an address', '1', '::1', '203.0.113.9:5000', '203.0.113.9'],
])('%s', (_name, trust, remote, forwarded, expected) => {
  expect(addressOf(request(remote, forwarded), trust === null ? null : parseTrust(trust))).toBe(expected);
});
