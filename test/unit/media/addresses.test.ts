import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAddresses } from '../../../src/media/addresses.ts';
import { must } from '../../../src/shared/errors.ts';

const addresses = createAddresses(randomBytes(32));
const url = 'https://pbs.twimg.com/profile_images/1/a_normal.jpg';
const path = must(addresses.addressOf(url), 'it is of one of the hosts');

test('a path gives its URL back', () => {
  const segment = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(segment, (text) => {
      const from = new URL(`https://pbs.twimg.com/${encodeURIComponent(text)}`);
      expect(addresses.read(must(addresses.addressOf(from.href), 'a host'))?.href).toBe(from.href);
    }),
  );
});

test('a URL always has the same path, with plain characters', () => {
  expect(addresses.addressOf(url)).toBe(path);
  expect(path).toMatch(/^\/media\/[\w-]{43}\/[\w-]+$/);
});

test('a changed path gives no URL', () => {
  for (let at = '/media/'.length; at < path.length; at += 1) {
    const other = path[at] === 'A' ? 'B' : 'A';
    const changed = `${path.slice(0, at)}${other}${path.slice(at + 1)}`;
    const read = addresses.read(changed);
    // The last character of each part has unused bits.
    expect(read === null || read.href === url).toBe(true);
    if (at !== path.length - 1 && path[at + 1] !== '/') expect(read).toBeNull();
  }
});

test('a path with another secret gives no URL', () => {
  expect(createAddresses(randomBytes(32)).read(path)).toBeNull();
});

test.each(['/media/', '/media/x', '/media//', `${path}/more`, path.slice(1), `/media/${'a'.repeat(5_000)}`])(
  '%s gives no URL',
  (other) => {
    expect(addresses.read(other)).toBeNull();
  },
);

test('a URL of a host that is not allowed has no path', () => {
  expect(addresses.addressOf('https://example.org/a.png')).toBeNull();
});
