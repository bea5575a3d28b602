import { randomBytes, randomUUID } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { openUploads } from '../../../src/jobs/uploads/open-uploads.ts';
import { must } from '../../../src/shared/errors.ts';
import { fakeBucket, fakeCredentials, startFakeS3 } from '../../support/fake-s3.ts';
import { aMachine } from '../../support/servers.ts';
import { quiet } from '../../support/worker.ts';

const s3 = await startFakeS3();
const machine = await aMachine();
const config = loadConfig({
  LARKSTAT_DATA: machine,
  UPLOADS_URL: `s3://${fakeBucket}/uploads?endpoint=${s3.url}`,
  AWS_ACCESS_KEY_ID: fakeCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: fakeCredentials.secretAccessKey,
});
const store = openUploads(config.uploads, quiet);
const { signal } = new AbortController();

beforeEach(() => {
  s3.interfere = () => undefined;
  s3.operations.length = 0;
});

/** A file that a job wrote, stored in the bucket. */
async function keep(content: Buffer): Promise<string> {
  const path = join(machine, randomUUID());
  await writeFile(path, content);
  const location = await store.keep(path, signal);
  expect(await readdir(machine)).not.toContain(path);
  return location;
}

test('a file on the disk is moved to the bucket, and is read from there', async () => {
  const content = randomBytes(300_000);
  const location = await keep(content);
  expect(location).toMatch(/^s3:\/\//);
  const file = must(await store.read(location, signal), 'it was kept');
  expect(file.bytes).toBe(content.length);
  expect(await buffer(file.content)).toEqual(content);
});

test('a download whose connection is lost continues where it ended', async () => {
  const content = randomBytes(300_000);
  const location = await keep(content);
  s3.interfere = ({ operation }) => (operation === 'GetObject' ? { cutAfter: 100_000 } : undefined);
  const file = must(await store.read(location, signal), 'it was kept');
  expect(await buffer(file.content)).toEqual(content);
  expect(s3.operations.filter((name) => name.startsWith('GetObject')).length).toBeGreaterThan(1);
});

test('a missing file is not found', async () => {
  const location = await keep(Buffer.from('x'));
  await store.remove(location);
  expect(await store.read(location, signal)).toBeNull();
});

test('a client that leaves in the middle leaves no open request', async () => {
  const location = await keep(randomBytes(300_000));
  const stop = new AbortController();
  const file = must(await store.read(location, stop.signal), 'it was kept');
  file.content.destroy();
  stop.abort();
  await expect(buffer(file.content)).rejects.toThrow();
});
