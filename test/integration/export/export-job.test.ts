import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { findJob } from '../../../src/entities/job/query.ts';
import { createDownloads } from '../../../src/jobs/downloads.ts';
import { removeExpired } from '../../../src/jobs/exports.ts';
import { startJob } from '../../../src/jobs/lease.ts';
import { deleteStream } from '../../../src/jobs/delete-stream.ts';
import { createJobService } from '../../../src/jobs/service.ts';
import { spoolFolderOf, sweepSpool } from '../../../src/jobs/spool.ts';
import { openFolder } from '../../../src/jobs/uploads/folder.ts';
import { sweepUploads } from '../../../src/jobs/uploads/lifetime.ts';
import { startWorker } from '../../../src/jobs/worker.ts';
import { dayMs, hourMs } from '../../../src/shared/instant.ts';
import { must, UnauthenticatedError } from '../../../src/shared/errors.ts';
import { afterwards } from '../../support/afterwards.ts';
import { ask, openApp, testNow } from '../../support/app.ts';
import { readBack } from '../../support/exported.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { patienceMs } from '../../support/patience.ts';
import { mountSmallDisk } from '../../support/small-disk.ts';
import { openStore } from '../../support/store.ts';
import { isOver, noProviders, openJobs, quiet, untilJob } from '../../support/worker.ts';
import { errorOf, send, serve } from '../http/support.ts';

const db = await openStore();
const { queue, folder } = await openJobs(db);
const spoolRoot = join(folder, 'spool');
const uploads = openFolder(join(folder, 'uploads'));
const settings = { keepMs: 2 * hourMs, most: 5 };
const jobs = createJobService(db, queue, uploads, settings);
const downloads = createDownloads(db.sql, uploads);
const app = openApp(db, { jobs, downloads });
const server = await serve(app, { uploads, downloads });

const account = anAccount();
let streamId = 0;
let globalId = '';
beforeAll(async () => {
  const posts = Array.from({ length: 700 }, (_, at) =>
    aPost(account, { createdAt: testNow.getTime() - at * 1_000 }),
  );
  ({ streamId } = await savePosts(db, account, posts));
  globalId = Buffer.from(`Account:${streamId}`).toString('base64');
});

beforeEach(async () => {
  await db.sql`delete from jobs`;
  await rm(uploads.folder, { recursive: true, force: true });
});

async function aWorker() {
  const fetching = noProviders(db, queue);
  const worker = await startWorker({ db, url: db.url, queue, spoolRoot, uploads, fetching, log: quiet });
  afterwards(() => worker.close());
  return worker;
}

const mutation = `mutation ($stream: ID!, $format: ExportFormat!, $pseudonymous: Boolean! = false, $range: TimeRange) {
  exportStream(stream: $stream, format: $format, pseudonymous: $pseudonymous, range: $range) { id kind subject download { url } } }`;

async function order(variables: Record<string, unknown> = {}): Promise<string> {
  const { data, errors } = await ask(app, mutation, { stream: globalId, format: 'NDJSON', ...variables });
  expect(errors).toBeUndefined();
  return Buffer.from(data.exportStream.id, 'base64').toString().replace('Job:', '');
}

/** A completed export, and its link. */
async function done(variables: Record<string, unknown> = {}) {
  const jobId = await order(variables);
  const worker = await aWorker();
  const job = await untilJob(db, jobId, isOver);
  await worker.close();
  return { job, jobId, url: await linkOf(jobId) };
}

async function linkOf(jobId: string): Promise<string> {
  const { file } = must(await findJob(db, jobId), 'the test made it');
  return downloads.addressOf(jobId, must(file, 'it has a file'));
}

const get = (path: string) => send(server, { path, method: 'GET' });
const filesOf = (path: string) => readdir(path).catch(() => []);

test('an export is a job whose link downloads the file, without a key', async () => {
  const first = await ask(app, mutation, { stream: globalId, format: 'CSV' });
  expect(first.data.exportStream).toMatchObject({
    kind: 'EXPORT',
    subject: `@${account.handle} as CSV`,
    download: null,
  });
  await db.sql`delete from jobs`;
  const { job, jobId, url } = await done({ format: 'CSV' });
  expect(job).toMatchObject({ state: 'SUCCEEDED', fetched: 700, total: 700, streamId });
  const query = '{ jobs { nodes { download { url bytes name expiresAt } } } }';
  const { data } = await ask(app, query);
  const { download } = data.jobs.nodes[0];
  expect(download.url).toBe(url);
  // This one serves nobody else.
  const identify = () => Promise.reject(new UnauthenticatedError('A key is needed'));
  const closed = await serve(app, { uploads, downloads, access: { identify, onEnd: () => () => {} } });
  const answer = await send(closed, { path: url, method: 'GET' });
  expect(answer.status).toBe(200);
  expect(answer.headers).toMatchObject({
    'content-type': 'text/csv; charset=utf-8; header=present',
    'content-length': String(download.bytes),
    'content-disposition': `attachment; filename="${download.name}"`,
    'cache-control': 'private, no-store',
  });
  expect(answer.headers['content-encoding']).toBeUndefined();
  expect(await readBack('CSV', Buffer.from(answer.body))).toHaveLength(700);
  expect(await filesOf(spoolRoot)).toEqual([]);
  expect(jobId).toBe(job.jobId);
});

test('an export leaves its stream as it was: nothing was fetched', async () => {
  const mark = () => db.sql`select version, fetched_at from streams where stream_id = ${streamId}`;
  const before = await mark();
  await done();
  expect(await mark()).toEqual(before);
});

test('the file has what was requested: a range, and pseudonyms', async () => {
  const range = { from: new Date(testNow.getTime() - 9_500), to: testNow };
  const { url } = await done({ range, pseudonymous: true });
  const answer = await get(url);
  expect(answer.body).not.toContain(account.handle);
  expect(url).not.toContain(account.handle);
  expect(await readBack('NDJSON', Buffer.from(answer.body))).toHaveLength(9);
});

test('a changed link is invalid: 404', async () => {
  const { url, jobId } = await done();
  const { url: otherUrl, jobId: otherJob } = await done();
  const signature = must(new URL(url, server.url).searchParams.get('signature'), 'it is signed');
  const flipped = (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1);
  const later = url.replace(/expires=\d+/, (text) => `expires=${Number(text.slice(8)) + 1}`);
  const changed = [
    url.replace(jobId, otherJob),
    url.replace(signature, flipped),
    url.replace(signature, ''),
    url.replace(signature, must(new URL(otherUrl, server.url).searchParams.get('signature'), 'likewise')),
    url.replace('.ndjson?', '.csv?'),
    url.replace('.ndjson?', '.ndjsoN?'),
    later,
    url.replace('?', '%00?'),
    url.replace('?', '%E0%A4%A?'),
    `/exports/${jobId}`,
    '/exports/',
    `/exports/../exports/${jobId}/x`,
    `${url}${'x'.repeat(2_000)}`,
  ];
  for (const path of changed) {
    const answer = await get(path);
    expect([answer.status, errorOf(answer).code, path]).toEqual([404, 'NOT_FOUND', path]);
  }
  expect((await get(url)).status).toBe(200);
});

test('an expired link says so (410), and its job has no download any more', async () => {
  const { url, jobId } = await done();
  const late = createDownloads(db.sql, uploads, () => Date.now() + settings.keepMs);
  const lateServer = await serve(app, { uploads, downloads: late });
  const answer = await send(lateServer, { path: url, method: 'GET' });
  expect(answer.status).toBe(410);
  expect(errorOf(answer).message).toMatch(/^This link expired at 20.*: export again$/);
  await removeExpired(db.sql, uploads, Date.now() + settings.keepMs + 1);
  expect(await filesOf(uploads.folder)).toEqual([]);
  expect(await findJob(db, jobId)).toMatchObject({ state: 'SUCCEEDED', file: null });
  expect((await get(url)).status).toBe(410);
});

test('sweeps keep the file of a job, and delete other files', async () => {
  const { url } = await done();
  await writeFile(join(uploads.folder, '5b0f1c0e-0000-4000-8000-000000000000'), 'half');
  await removeExpired(db.sql, uploads, Date.now());
  await sweepUploads(db.sql, uploads, Date.now() + 3 * dayMs);
  expect(await filesOf(uploads.folder)).toHaveLength(1);
  expect((await get(url)).status).toBe(200);
});

test('any server of the store accepts a link, and a server of another store does not', async () => {
  const { url } = await done();
  const another = await serve(app, { uploads, downloads: createDownloads(db.sql, uploads) });
  expect((await send(another, { path: url, method: 'GET' })).status).toBe(200);
  const stranger = await openStore();
  const strange = await serve(app, { uploads, downloads: createDownloads(stranger.sql, uploads) });
  expect((await send(strange, { path: url, method: 'GET' })).status).toBe(404);
});

test('HEAD returns the size, other methods are refused', async () => {
  const { url } = await done();
  const head = await send(server, { path: url, method: 'HEAD' });
  expect(Number(head.headers['content-length'])).toBeGreaterThan(0);
  expect(head.body).toBe('');
  expect((await send(server, { path: url, method: 'POST' })).status).toBe(405);
});

test('a job whose worker was killed in the middle starts again, and leaves no partial file', async () => {
  const jobId = await order();
  // A worker took it, wrote half a file, and died.
  const killed = must(await startJob(db.sql, jobId), 'it waits');
  const half = spoolFolderOf(spoolRoot, killed);
  await mkdir(half, { recursive: true });
  await writeFile(join(half, 'half'), '{"stream":');
  await db.sql`update jobs set fetched = 500 where job_id = ${jobId}`;
  const worker = await aWorker();
  const job = await untilJob(db, jobId, isOver);
  await worker.close();
  expect(job).toMatchObject({ state: 'SUCCEEDED', fetched: 700, attempts: 2 });
  expect(existsSync(half)).toBe(false);
  await sweepSpool(db.sql, spoolRoot, Date.now());
  expect(await filesOf(spoolRoot)).toEqual([]);
  expect(await filesOf(uploads.folder)).toHaveLength(1);
  const answer = await get(await linkOf(jobId));
  expect(await readBack('NDJSON', Buffer.from(answer.body))).toHaveLength(700);
});

test('a job that died after it recorded its file gets another file, and the first is deleted', async () => {
  const { jobId, url } = await done();
  await db.sql`update jobs set state = 'RUNNING' where job_id = ${jobId}`;
  const worker = await aWorker();
  await untilJob(db, jobId, isOver);
  await worker.close();
  expect(await filesOf(uploads.folder)).toHaveLength(1);
  expect((await get(url)).status).toBe(410);
  expect((await get(await linkOf(jobId))).status).toBe(200);
});

test('a cancelled job leaves nothing, and completes when it is retried', async () => {
  const jobId = await order();
  await jobs.cancel(jobId);
  expect(await findJob(db, jobId)).toMatchObject({ state: 'CANCELLED', file: null });
  await jobs.retry(jobId);
  const worker = await aWorker();
  expect(await untilJob(db, jobId, isOver)).toMatchObject({ state: 'SUCCEEDED', fetched: 700 });
  await worker.close();
});

test('a job that is cancelled in the middle stops, and leaves neither a file nor a folder', async () => {
  const jobId = await order();
  let keeping = false;
  const stuck = {
    ...uploads,
    keep: (_path: string, signal: AbortSignal) =>
      new Promise<string>((_, reject) => {
        keeping = true;
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
  };
  const fetching = noProviders(db, queue);
  const worker = await startWorker({
    db,
    url: db.url,
    queue,
    spoolRoot,
    uploads: stuck,
    fetching,
    log: quiet,
  });
  await expect.poll(() => keeping, { timeout: patienceMs }).toBe(true);
  expect(await filesOf(spoolRoot)).toHaveLength(1);
  await jobs.cancel(jobId);
  await expect.poll(() => filesOf(spoolRoot), { timeout: patienceMs }).toEqual([]);
  await worker.close();
  expect(await findJob(db, jobId)).toMatchObject({ state: 'CANCELLED', file: null });
  expect(await filesOf(uploads.folder)).toEqual([]);
});

test('deleting a stream deletes its exports', async () => {
  const gone = anAccount();
  const { streamId: id } = await savePosts(db, gone, [aPost(gone)]);
  const { url } = await done({ stream: Buffer.from(`Account:${id}`).toString('base64') });
  expect((await get(url)).status).toBe(200);
  await deleteStream(db.sql, id, { spoolRoot, uploads });
  expect(await filesOf(uploads.folder)).toEqual([]);
  expect((await get(url)).status).toBe(410);
});

test('there are no more exports than allowed, and the refusal says when the next may begin', async () => {
  for (let made = 0; made < settings.most; made++) await order();
  const refused = await ask(app, mutation, { stream: globalId, format: 'CSV' });
  expect(refused.errors?.[0]?.extensions).toMatchObject({
    code: 'RATE_LIMITED',
    retryAt: expect.any(String),
  });
  expect(refused.errors?.[0]?.message).toContain('5 exports exist, 5 are allowed (EXPORTS_MAX)');
  await db.sql`update jobs set state = 'CANCELLED' where job_id = (select job_id from jobs limit 1)`;
  expect(await order()).toBeTruthy();
});

test.each([
  [{ stream: Buffer.from('Account:999999').toString('base64') }, 'NOT_FOUND'],
  [{ stream: Buffer.from('Job:1').toString('base64') }, 'NOT_FOUND'],
  [{ range: { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' } }, 'BAD_INPUT'],
])('an impossible export is refused: %j', async (variables, code) => {
  const { errors } = await ask(app, mutation, { stream: globalId, format: 'CSV', ...variables });
  expect(errors?.[0]?.extensions.code).toBe(code);
});

test('a full disk fails the job with the reason, and no file stays', async () => {
  const disk = mountSmallDisk('exports on a full disk', 1);
  if (disk === null) return;
  afterwards(() => disk.remove());
  const large = anAccount();
  const text = 'x'.repeat(10_000);
  const { streamId: id } = await savePosts(
    db,
    large,
    Array.from({ length: 300 }, () => aPost(large, { text })),
  );
  const stream = Buffer.from(`Account:${id}`).toString('base64');
  const jobId = await order({ stream });
  const fetching = noProviders(db, queue);
  const worker = await startWorker({
    db,
    url: db.url,
    queue,
    spoolRoot: disk.folder,
    uploads,
    fetching,
    log: quiet,
  });
  const job = await untilJob(db, jobId, isOver);
  await worker.close();
  expect(job).toMatchObject({ state: 'FAILED', errorCode: 'INTERNAL' });
  expect(job.errorMessage).toMatch(/^No space is left on the disk of .*: make room there, then try again$/);
  expect(await filesOf(disk.folder)).toEqual([]);
});

test('a file on a disk that machines share appears there only when complete', async () => {
  const disk = mountSmallDisk('exports to a shared disk', 8);
  if (disk === null) return;
  afterwards(() => disk.remove());
  const shared = openFolder(join(disk.folder, 'uploads'));
  const path = join(folder, 'c6c3a1c6-0000-4000-8000-000000000000');
  await writeFile(path, 'whole');
  const location = await shared.keep(path, new AbortController().signal);
  expect(await readFile(location, 'utf8')).toBe('whole');
  expect(existsSync(path)).toBe(false);
});
