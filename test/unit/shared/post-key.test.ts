import fc from 'fast-check';
import { expect, test } from 'vitest';
import { platformIdOf, postKey } from '../../../src/shared/post-key.ts';

const idOfX = fc.oneof(
  fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }),
  // No id of today, but keys have room for them.
  fc.bigInt({ min: 2n ** 63n, max: 10n ** 38n - 1n }),
);
const key = (id: bigint) => postKey('X', String(id));

test('a key of X is a UUID, and gives its id back', () => {
  fc.assert(
    fc.property(idOfX, (id) => {
      expect(key(id)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect(platformIdOf('X', key(id))).toBe(String(id));
    }),
  );
});

test('keys of X sort as their ids do', () => {
  fc.assert(fc.property(idOfX, idOfX, (a, b) => key(a) < key(b) === a < b));
});

test('a key of Twitch is its id', () => {
  const id = '885196de-cb67-427a-baa8-82f9b0fcd05f';
  expect(postKey('TWITCH', id)).toBe(id);
  expect(platformIdOf('TWITCH', id)).toBe(id);
});
