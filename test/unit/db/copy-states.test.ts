import { expect, test } from 'vitest';
import { isAway, isLockTimeout } from '../../../src/db/away.ts';
import { restoreState } from '../../../src/db/copy-states.ts';
import { databaseFull } from '../../../src/shared/disk-full.ts';

/** An error of Postgres, as the driver throws it. */
const failure = (message: string, code = 'XX000') =>
  Object.assign(new Error(message), { code, severity: 'ERROR' });

test.each([
  'could not extend file "base/5/1247": No space left on device',
  'could not extend file "base/5/1247": wrote only 4096 of 8192 bytes at block 7',
])('a full disk of a worker is one: %s', (message) => {
  expect(databaseFull(restoreState(failure(message)))?.message).toContain(message);
});

test.each([
  ['failed to complete COPY on worker-1.internal:5432', '58030'],
  ['terminating connection due to administrator command', 'XX000'],
])('a worker that is gone is away: %s', (message, code) => {
  expect(isAway(restoreState(failure(message, code)))).toBe(true);
});

test('a lock that a worker waited for too long is one', () => {
  expect(isLockTimeout(restoreState(failure('canceling statement due to lock timeout')))).toBe(true);
});

test.each([
  failure('duplicate key value violates unique constraint "posts_pkey_102008"'),
  failure('failed to complete COPY on worker-1.internal:5432', '42501'),
  new Error('failed to complete COPY on worker-1.internal:5432'),
])('other errors stay as they are: %s', (error) => {
  const before = { ...error };
  expect(restoreState(error)).toBe(error);
  expect({ ...error }).toEqual(before);
});
