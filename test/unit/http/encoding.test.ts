import { expect, test } from 'vitest';
import { chooseEncoding } from '../../../src/http/encoding.ts';

test.each([
  [null, 'identity'],
  ['', 'identity'],
  ['gzip', 'gzip'],
  ['GZIP', 'gzip'],
  ['x-gzip', 'gzip'],
  ['br', 'br'],
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip, br;q=0.9', 'gzip'],
  ['br;q=0.5 , gzip ; q=0.8', 'gzip'],
  ['gzip;q=1.0, br;q=1', 'br'],
  ['gzip;q=0, br;q=0', 'identity'],
  ['gzip;q=0.000', 'identity'],
  ['gzip;q=0.001', 'gzip'],
  ['*', 'br'],
  ['*;q=0.1, br;q=0', 'gzip'],
  ['*;q=0', 'identity'],
  ['identity', 'identity'],
  ['identity;q=0.5, gzip;q=0.2', 'identity'],
  ['identity;q=0, gzip;q=0.2', 'gzip'],
  ['zstd', 'identity'],
  ['gzip;q=2', 'identity'],
  ['gzip;level=9', 'identity'],
])('Accept-Encoding %j is answered with %s', (header, encoding) => {
  expect(chooseEncoding(header)).toBe(encoding);
});
