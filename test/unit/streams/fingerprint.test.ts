import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fingerprint } from '../../../src/streams/fingerprint.ts';

const versions = fc.uniqueArray(fc.tuple(fc.integer({ min: 1 }), fc.maxSafeNat()), {
  selector: ([streamId]) => streamId,
  maxLength: 30,
});

const fingerprintOf = (known: readonly (readonly [number, number])[]): number => {
  const fingerprint = new Fingerprint();
  for (const [streamId, version] of known) fingerprint.toggle(streamId, version);
  return fingerprint.value;
};

test('the same versions have the same fingerprint, in whatever order they arrived and whatever was there meanwhile', () => {
  fc.assert(
    fc.property(versions, versions, (known, others) => {
      const fingerprint = new Fingerprint();
      for (const [streamId, version] of [...others, ...known.toReversed(), ...others]) {
        fingerprint.toggle(streamId, version);
      }
      expect(fingerprint.value).toBe(fingerprintOf(known));
      expect(Number.isSafeInteger(fingerprint.value) && fingerprint.value >= 0).toBe(true);
    }),
  );
});

test('one version more, fewer or different gives another fingerprint', () => {
  fc.assert(
    fc.property(versions, fc.nat(), fc.integer({ min: 1, max: 2 ** 40 }), (known, at, by) => {
      const one = known[at % Math.max(1, known.length)] ?? [1, 1];
      const without = known.filter((other) => other !== one);
      const all = [fingerprintOf([...without, one]), fingerprintOf(without)];
      all.push(fingerprintOf([...without, [one[0], Math.max(0, one[1] - by)]]));
      if (one[1] > 0) expect(new Set(all).size).toBe(3);
    }),
  );
});

test('two streams that swap their versions have another fingerprint, with the same sum', () => {
  expect(
    fingerprintOf([
      [1, 5],
      [2, 6],
    ]),
  ).not.toBe(
    fingerprintOf([
      [1, 6],
      [2, 5],
    ]),
  );
});
