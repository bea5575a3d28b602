import { randomBytes, randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { deleteStream } from '../../../src/jobs/delete-stream.ts';
import { createJobService } from '../../../src/jobs/service.ts';
import { sweepUploads } from '../../../src/jobs/uploads/lifetime.ts';
import { openUploads } from '../../../src/jobs/uploads/open-uploads.ts';
import { startWorker } from '../../../src/jobs/worker.ts';
import { dayMs } from '../../../src/shared/instant.ts';
import { afterwards } from '../../support/afterwards.ts';
import { openApp } from '../../support/app.ts';
import { fakeBucket, fakeCredentials, startFakeS3 } from '../../support/fake-s3.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { aMachine } from '../../support/servers.ts';
import { openStore } from '../../support/store.ts';
import { isOver, noProviders, openJobs, quiet, untilJob } from '../../support/worker.ts';
import { tweet, writeArchive } from '../../support/x-archive.ts';
import { errorOf, form, formHeaders, send, serve } from '../http/support.ts';

const db = await openStore({ isDamaged: true });
const { queue } = await openJobs(db);
const s3 = await startFakeS3();

/** The uploads of a machine, as its environment configures them. */
async function uploadsOf(machine: string, url = s3.url) {
  const config = loadConfig({
    LARKSTAT_DATA: machine,
    UPLOADS_URL: `s3://${fakeBucket}/uploads?endpoint=${url}`,
    AWS_ACCESS_KEY_ID: fakeCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: fakeCredentials.secretAccessKey,
  });
  return openUploads(config.uploads, quiet);
}

const serverMachine = await aMachine();
const uploads = await uploadsOf(serverMachine);
const jobs = createJobService(db, queue, uploads);
const server = await serve(openApp(db, { jobs }), { uploads });

const owner = { id: '4242', handle: 'lark', displayName: 'Lark', joinedAt: new Date(0) };
const archives = await aMachine();
/** The bytes of an archive of this many tweets, each with `padding` bytes that compress badly. */
async function anArchive(count: number, padding = 0): Promise<Buffer> {
  const path = join(archives, randomUUID());
  const tweets = Array.from({ length: count }, (_, at) =>
    tweet({
      at: Date.UTC(2020, 0, 1) + at * 3_600_000,
      text: `tweet ${at}`,
      more: { padding: randomBytes(padding).toString('base64') },
    }),
  );
  await writeArchive(path, owner, tweets);
  return readFile(path);
}
const small = await anArchive(3);
/** Over 5 MB: it is sent in parts. */
const large = await anArchive(3_000, 3_000);

const query = 'mutation ($file: File!, $handle: String) { importFile(file: $file, handle: $handle) { id } }';
const bodyOf = (file: Buffer, handle: string | null = null) =>
  form([
    { name: 'operations', value: JSON.stringify({ query, variables: { file: null, handle } }) },
    { name: 'map', value: '{"0":["variables.file"]}' },
    { name: '0', value: file, filename: 'my-archive.zip' },
  ]);

const upload = (file: Buffer, handle: string | null = null) =>
  send(server, { headers: formHeaders }, bodyOf(file, handle));

/** The job of an upload that was accepted. */
async function importing(file: Buffer, handle: string | null = null): Promise<string> {
  const answer = await upload(file, handle);
  const { data } = JSON.parse(answer.body) as { data: { importFile: { id: string } } };
  return Buffer.from(data.importFile.id, 'base64').toString().replace('Job:', '');
}

/** Starts a worker on a separate machine. */
async function work() {
  const machine = await aMachine();
  const spoolRoot = join(machine, 'spool');
  const worker = await startWorker({
    db,
    url: db.url,
    queue,
    spoolRoot,
    uploads: await uploadsOf(machine),
    fetching: noProviders(db, queue),
    log: quiet,
  });
  afterwards(() => worker.close());
  return { spool: () => readdir(spoolRoot) };
}

const localFiles = () => readdir(join(serverMachine, 'uploads'));
const countJobs = async () => (await db.sql`select from jobs`).length;

beforeEach(async () => {
  await db.sql`truncate streams, accounts, posts, jobs restart identity`;
  s3.objects.clear();
  s3.unfinished.clear();
  s3.operations.length = 0;
  s3.interfere = () => undefined;
});

test.each([
  ['that is small in one request', small, 3, ['PutObject']],
  [
    'over 5 MB in parts',
    large,
    3_000,
    ['CreateMultipartUpload', 'UploadPart', 'UploadPart', 'CompleteMultipartUpload'],
  ],
])('an upload %s reaches a worker of another machine', async (_, file, count, operations) => {
  const jobId = await importing(file);
  expect(s3.operations).toEqual(operations);
  expect(s3.unfinished.size).toBe(0);
  const [[key, object] = []] = s3.objects;
  expect(key).toMatch(/^uploads\/[0-9a-f-]{36}$/);
  expect(object?.body.equals(file)).toBe(true);
  expect(await localFiles()).toEqual([]);
  const { spool } = await work();
  expect(await untilJob(db, jobId, isOver)).toMatchObject({ state: 'SUCCEEDED', inserted: count });
  await expect.poll(() => s3.objects.size).toBe(0);
  expect(await spool()).toEqual([]);
});

test.each([
  ['in the middle', 'UploadPart', large],
  ['at the end', 'CompleteMultipartUpload', large],
  ['at once', 'PutObject', small],
])('an upload that cannot be stored leaves nothing: %s', async (_, failing, file) => {
  s3.interfere = ({ operation, earlier }) =>
    operation === failing && (earlier > 0 || failing !== 'UploadPart')
      ? { status: 500, code: 'InternalError' }
      : undefined;
  const answer = await upload(file);
  expect(answer.status).toBe(503);
  expect(answer.headers['retry-after']).toBe('5');
  expect(errorOf(answer)).toEqual({
    code: 'STORE_UNAVAILABLE',
    message:
      'The file could not be stored in the bucket larkstat-test (InternalError, says the fake): try again later',
  });
  expect([s3.objects.size, s3.unfinished.size, await countJobs()]).toEqual([0, 0, 0]);
  expect(await localFiles()).toEqual([]);
});

test('an upload is refused while the bucket is unavailable, and leaves no file', async () => {
  const gone = await startFakeS3();
  const machine = await aMachine();
  const away = await uploadsOf(machine, gone.url.replace(/\d+$/, '9'));
  const alone = await serve(openApp(db, { jobs }), { uploads: away });
  const answer = await send(alone, { headers: formHeaders }, bodyOf(small));
  expect(errorOf(answer).code).toBe('STORE_UNAVAILABLE');
  expect(await readdir(join(machine, 'uploads'))).toEqual([]);
  expect(await countJobs()).toBe(0);
});

test('an upload whose client leaves while it is stored leaves nothing', async () => {
  let release = () => {};
  const held = new Promise<undefined>((resolve) => {
    release = () => resolve(undefined);
  });
  s3.interfere = ({ operation }) => (operation === 'UploadPart' ? held : undefined);
  const closed = new Promise((resolve) => {
    server.server.once('connection', (socket) => socket.once('close', resolve));
  });
  const req = request({
    host: '127.0.0.1',
    port: server.port,
    path: '/graphql',
    method: 'POST',
    agent: false,
  });
  req.on('error', () => {});
  for (const [name, value] of Object.entries(formHeaders)) req.setHeader(name, value);
  // More parts than are sent at once: the last ones are not read yet.
  req.end(bodyOf(Buffer.alloc(16 * 1024 ** 2)));
  await expect.poll(() => s3.operations).toContain('UploadPart');
  req.destroy();
  await closed;
  release();
  await expect.poll(() => s3.operations).toContain('DeleteObject');
  expect(s3.operations).toContain('AbortMultipartUpload');
  expect(s3.operations).not.toContain('CompleteMultipartUpload');
  await expect.poll(localFiles).toEqual([]);
  expect([s3.objects.size, s3.unfinished.size, await countJobs()]).toEqual([0, 0, 0]);
});

test('an upload that no resolver takes is removed from the bucket', async () => {
  expect(errorOf(await upload(small, 'no/handle')).code).toBe('BAD_INPUT');
  expect(s3.operations).toContain('PutObject');
  await expect.poll(() => s3.objects.size).toBe(0);
  expect(await localFiles()).toEqual([]);
});

test('a connection that is lost while a job fetches its file repeats one request, not the whole file', async () => {
  const jobId = await importing(large);
  s3.interfere = ({ operation, earlier }) =>
    operation === 'GetObject' && earlier === 0 ? { cutAfter: 1_000_000 } : undefined;
  await work();
  expect(await untilJob(db, jobId, isOver)).toMatchObject({ state: 'SUCCEEDED', inserted: 3_000 });
  const fetched = s3.operations.filter((operation) => operation.startsWith('GetObject'));
  expect(fetched).toEqual(['GetObject', expect.stringMatching(/^GetObject bytes=\d+-$/)]);
});

test('a job whose bucket fails for a while is tried again', async () => {
  const jobId = await importing(small);
  s3.interfere = ({ operation, earlier }) =>
    operation === 'GetObject' && earlier < 4 ? { status: 500, code: 'InternalError' } : undefined;
  await work();
  expect(await untilJob(db, jobId, isOver)).toMatchObject({ state: 'SUCCEEDED', inserted: 3 });
});

test('a job that is cancelled while it fetches its file stops, and can be retried', async () => {
  const jobId = await importing(large, 'lark');
  s3.interfere = ({ operation }) => (operation === 'GetObject' ? { stallAfter: 1_000_000 } : undefined);
  const { spool } = await work();
  await untilJob(db, jobId, ({ message }) => message.startsWith('Fetching the upload: '));
  await expect.poll(spool).toEqual([`${jobId}.1`]);
  await jobs.cancel(jobId);
  await expect.poll(spool).toEqual([]);
  expect(s3.objects.size).toBe(1);
  s3.interfere = () => undefined;
  await jobs.retry(jobId);
  expect(await untilJob(db, jobId, isOver)).toMatchObject({ state: 'SUCCEEDED', inserted: 3_000 });
});

test('a file that the disk of the worker has no space for is not fetched', async () => {
  const jobId = await importing(small);
  for (const [key, object] of s3.objects) s3.objects.set(key, { ...object, claimedBytes: 5e15 });
  const { spool } = await work();
  const job = await untilJob(db, jobId, isOver);
  expect(job).toMatchObject({ state: 'FAILED', errorCode: 'INTERNAL' });
  expect(job.errorMessage).toMatch(
    /^my-archive\.zip takes 5000 TB, and the disk of .* has .* left: make room/,
  );
  expect(await spool()).toEqual([]);
  expect(s3.objects.size).toBe(1);
});

test('an upload is removed with a job that cannot read it, or that is cancelled and has no stream', async () => {
  const cancelled = await importing(small);
  await jobs.cancel(cancelled);
  expect(s3.objects.size).toBe(0);
  const broken = await importing(Buffer.from('no archive'));
  await work();
  expect(await untilJob(db, broken, isOver)).toMatchObject({ state: 'FAILED', errorCode: 'BAD_INPUT' });
  await expect.poll(() => s3.objects.size).toBe(0);
  await jobs.retry(broken);
  const again = await untilJob(db, broken, (job) => isOver(job) && /not exist/.test(job.errorMessage ?? ''));
  expect(again.errorMessage).toBe('my-archive.zip does not exist any more: upload it again.');
});

test('an upload is removed with the stream of its job', async () => {
  const account = anAccount();
  const { streamId } = await savePosts(db, account, [aPost(account)]);
  const jobId = await importing(small, 'lark');
  await db.sql`update jobs set state = 'FAILED', stream_id = ${streamId} where job_id = ${jobId}`;
  await deleteStream(db.sql, streamId, { spoolRoot: join(serverMachine, 'spool'), uploads });
  expect(s3.objects.size).toBe(0);
});

test('objects that no job needs are deleted after a day, on every page, and no others', async () => {
  const body = Buffer.from('left');
  const [old, young] = [new Date(Date.now() - 2 * dayMs), new Date()];
  await importing(small, 'lark');
  const [needed = ''] = s3.objects.keys();
  s3.objects.set(needed, { body: small, at: old });
  const names = Array.from({ length: 5 }, () => `uploads/${randomUUID()}`);
  for (const name of names) s3.objects.set(name, { body, at: old });
  const kept = [`uploads/${randomUUID()}`, 'uploads/notes.txt', `others/${randomUUID()}`];
  for (const name of kept) s3.objects.set(name, { body, at: name === kept[0] ? young : old });
  s3.unfinished.set('old', { key: `uploads/${randomUUID()}`, at: old, parts: new Map() });
  s3.unfinished.set('young', { key: `uploads/${randomUUID()}`, at: young, parts: new Map() });
  await sweepUploads(db.sql, uploads, Date.now());
  expect([...s3.objects.keys()].sort()).toEqual([needed, ...kept].sort());
  expect([...s3.unfinished.keys()]).toEqual(['young']);
});

test('an upload from before there was a bucket is imported from the disk', async () => {
  const path = join(await aMachine(), 'upload');
  await writeFile(path, small);
  const jobId = await jobs.importArchive({ path, handle: null, uploaded: true, name: 'old' });
  await work();
  expect(await untilJob(db, jobId, isOver)).toMatchObject({ state: 'SUCCEEDED', inserted: 3 });
  // It is deleted when the job has ended.
  const left = () =>
    readFile(path).then(
      () => 'a file',
      ({ code }: NodeJS.ErrnoException) => code,
    );
  await expect.poll(left).toBe('ENOENT');
});
