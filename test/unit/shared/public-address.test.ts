import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPublicAddress } from '../../../src/shared/public-address.ts';

/**
 * Ranges of IANA's special-purpose registries, multicast, and the metadata addresses of clouds: the first and last
 * address of each.
 */
const refused = [
  ['unspecified', '0.0.0.0', '0.255.255.255'],
  ['private', '10.0.0.0', '10.255.255.255'],
  ['shared by a carrier', '100.64.0.0', '100.127.255.255'],
  ['loopback', '127.0.0.0', '127.255.255.255'],
  ['link-local, metadata', '169.254.0.0', '169.254.255.255'],
  ['metadata of AWS and others', '169.254.169.254', '169.254.170.2'],
  ['metadata of Alibaba', '100.100.100.200', '100.100.100.200'],
  ['metadata of Oracle', '192.0.0.192', '192.0.0.192'],
  ["Azure's host agent", '168.63.129.16', '168.63.129.16'],
  ['private', '172.16.0.0', '172.31.255.255'],
  ['private', '192.168.0.0', '192.168.255.255'],
  ['documentation', '192.0.2.0', '203.0.113.255'],
  ['benchmarks', '198.18.0.0', '198.19.255.255'],
  ['multicast', '224.0.0.0', '239.255.255.255'],
  ['reserved', '240.0.0.0', '255.255.255.254'],
  ['broadcast', '255.255.255.255', '255.255.255.255'],
  ['unspecified', '::', '::'],
  ['loopback', '::1', '0:0:0:0:0:0:0:1'],
  ['IPv4 within', '::ffff:127.0.0.1', '::ffff:7f00:1'],
  ['public IPv4 within', '::ffff:8.8.8.8', '::8.8.8.8'],
  ['NAT64', '64:ff9b::7f00:1', '64:ff9b:1::1'],
  ['6to4', '2002:7f00:1::', '2002:ffff:ffff::1'],
  ['Teredo', '2001::1', '2001:0:ffff::1'],
  ['documentation', '2001:db8::1', '3fff::1'],
  ['link-local', 'fe80::1', 'febf::1'],
  ['link-local with a zone', 'fe80::1%eth0', 'fe80::1%1'],
  ['unique local, metadata of AWS', 'fc00::1', 'fd00:ec2::254'],
  ['site-local', 'fec0::1', 'feff::1'],
  ['multicast', 'ff00::1', 'ff02::1'],
  ['segment routing', '5f00::1', '5f00::2'],
  ['no address', '', 'localhost'],
  ['no address', '127.1', '0x7f000001'],
] as const;

describe('an address that is not of the internet', () => {
  test.each(refused)('is refused: %s (%s, %s)', (_, first, last) => {
    expect([first, last].map(isPublicAddress)).toEqual([false, false]);
  });
});

test.each([
  '1.1.1.1',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.167.255.255',
  '192.169.0.0',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2a00:1450:4001:82a::200e',
])('an address of the internet is allowed: %s', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test('an IPv4 address is refused however IPv6 writes it', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const hex = address
        .split('.')
        .map((part) => Number(part).toString(16).padStart(2, '0'))
        .join('');
      const [high, low] = [hex.slice(0, 4), hex.slice(4)];
      const written = [
        `::ffff:${address}`,
        `::ffff:${high}:${low}`,
        `0:0:0:0:0:ffff:${high}:${low}`,
        `2002:${high}:${low}::`,
      ];
      return written.every((one) => !isPublicAddress(one));
    }),
  );
});
