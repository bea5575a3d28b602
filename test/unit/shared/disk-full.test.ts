import { DrizzleQueryError } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { databaseFull, diskFull } from '../../../src/shared/disk-full.ts';

const failure = (code: string, message = 'what the system says') =>
  Object.assign(new Error(message), { code });

test.each([
  ['ENOSPC', 'No space is left on the disk of /data/spool: make room there, then try again'],
  ['EDQUOT', 'The disk quota of /data/spool is used up: make room there, then try again'],
])('%s names the folder, with a code that clients know', (code, message) => {
  expect(diskFull(failure(code), '/data/spool')).toMatchObject({ code: 'INTERNAL', message });
});

test.each([[failure('EACCES')], [failure('EFBIG')], [new Error('ENOSPC')], ['ENOSPC'], [null]])(
  'another failure is no full disk: %s',
  (error) => {
    expect(diskFull(error, '/data/spool')).toBeNull();
    expect(databaseFull(error)).toBeNull();
  },
);

test.each<[string, (error: Error) => Error]>([
  ['as it comes', (error) => error],
  ['below what Drizzle puts around it', (error) => new DrizzleQueryError('insert into posts …', [], error)],
])('a full disk of Postgres is found %s', (_, wrapped) => {
  const says = 'could not extend file "base/5/1247": No space left on device';
  expect(databaseFull(wrapped(failure('53100', says)))).toMatchObject({
    code: 'INTERNAL',
    message: `The disk of the database is full (${says}): make room there, then try again`,
  });
});
