import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Special IPv4 ranges (IANA's registry), which are not public. */
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
// A public number that answers from inside the network: Azure's host agent.
special4.addAddress('168.63.129.16', 'ipv4');

/** The routed range of IPv6. The rest is loopback, link-local, private, multicast, or contains an IPv4 address. */
const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');

/** Special ranges within the routed range. */
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
 * Whether an address is public: not loopback, private, link-local, shared, multicast, unspecified, reserved, or of a
 * cloud's metadata service, and not an IPv6 address that contains an IPv4 address. False for invalid addresses.
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !special4.check(address, 'ipv4');
  // An address with a zone (`fe80::1%eth0`) is link-local.
  if (!isIPv6(address) || address.includes('%')) return false;
  return global6.check(address, 'ipv6') && !special6.check(address, 'ipv6');
}
