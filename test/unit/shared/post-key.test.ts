import fc from 'fast-check';
import { expect, test } from 'vitest';
import { messageOf, postKey, sentAtOf, timeRange, xIdOf, xKey } from '../../../src/shared/post-key.ts';

const idOfX = fc.oneof(
  fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }),
  // No current id is this high, but keys have space for it.
  fc.bigInt({ min: 2n ** 63n, max: 10n ** 38n - 1n }),
);
const key = (id: bigint) => xKey(String(id));

test('a key of X is a UUID, and gives its id back', () => {
  fc.assert(
    fc.property(idOfX, (id) => {
      expect(key(id)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect(xIdOf(key(id))).toBe(String(id));
    }),
  );
});

test('keys of X sort as their ids do', () => {
  fc.assert(fc.property(idOfX, idOfX, (a, b) => key(a) < key(b) === a < b));
});

const instant = fc.integer({ min: 0, max: 2 ** 47 });
const message = fc.uuid({ version: 4 });
const messageKey = (platformId: string, createdAt: number) => postKey('TWITCH', { platformId, createdAt });

test('keys of messages are UUIDs of version 7 that sort by time, whatever their ids are', () => {
  fc.assert(
    fc.property(instant, instant, message, message, (a, b, one, other) => {
      const [first, second] = [messageKey(one, a), messageKey(other, b)];
      expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      if (a !== b) expect(first < second).toBe(a < b);
      expect(sentAtOf(first)).toBe(a);
      const [lowest, highest] = timeRange(a);
      expect(lowest <= first && first <= highest).toBe(true);
    }),
  );
});

test('two sightings of a message are recognised as one, two messages never', () => {
  fc.assert(
    fc.property(instant, instant, message, message, (a, b, one, other) => {
      expect(messageOf(messageKey(one, a)) === messageOf(messageKey(other, b))).toBe(
        one.slice(15) === other.slice(15),
      );
    }),
  );
});
