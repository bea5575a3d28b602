import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Special ranges of IPv4 (IANA's registry): none of them is a host of the internet. */
const special4 = new BlockList();
for (const [address, bits] of [
  ['0.0.0.0', 8], // this host, unspecified
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // carrier-grade NAT
  ['127.0.0.0', 8], // loopback
  ['169.254.0.0', 16], // link-local, and the metadata services of clouds
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.31.196.0', 24], // AS112
  ['192.52.193.0', 24], // AMT
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16], // private
  ['192.175.48.0', 24], // AS112
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, and broadcast
] as const)
  special4.addSubnet(address, bits, 'ipv4');
// Public by its number, and answers from within: Azure's host agent.
special4.addAddress('168.63.129.16', 'ipv4');

/** All that is routed of IPv6. What lies outside is loopback, link-local, private, multicast, or holds an IPv4 address. */
const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');

/** Special ranges within it. */
const special6 = new BlockList();
for (const [address, bits] of [
  ['2001::', 23], // protocol assignments, Teredo among them, which holds an IPv4 address
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4, which holds an IPv4 address
  ['2620:4f:8000::', 48], // AS112
  ['3fff::', 20], // documentation
] as const)
  special6.addSubnet(address, bits, 'ipv6');

/**
 * Whether an address is one of the internet: neither loopback nor private, link-local, shared, multicast, unspecified,
 * reserved, or of a cloud's metadata. An IPv6 address that holds one of IPv4 is none. False for what is no address.
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !special4.check(address, 'ipv4');
  // With a zone (`fe80::1%eth0`) it is of a link.
  if (!isIPv6(address) || address.includes('%')) return false;
  return global6.check(address, 'ipv6') && !special6.check(address, 'ipv6');
}
