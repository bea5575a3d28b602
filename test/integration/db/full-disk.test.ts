import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JobRow } from '../../../src/entities/job/query.ts';
import { verifyStream } from '../../support/verify.ts';
import { startWorker } from '../../../src/jobs/worker.ts';
import { openFolder } from '../../../src/jobs/uploads/folder.ts';
import { openApp } from '../../support/app.ts';
import { onOneNode } from '../../support/on-one-node.ts';
import { refuseInserts } from '../../support/refuse.ts';
import { mountSmallDisk, type SmallDisk } from '../../support/small-disk.ts';
import { openStore } from '../../support/store.ts';
import { isOver, noProviders, openJobs, quiet, untilJob } from '../../support/worker.ts';
import { tweet, writeArchive } from '../../support/x-archive.ts';
import { errorOf, form, formHeaders, type Raw, send, serve } from '../http/support.ts';

const db = await openStore();
const { jobs, queue, folder } = await openJobs(db);
const inFolder = (name: string) => join(folder, name);

const owner = { id: '4242', handle: 'lark', displayName: 'Lark', joinedAt: new Date(0) };
const count = 10_000;
/** With data that is stored and never read, and that compresses badly: about 8 MB, and 17 when unpacked. */
function* tweets() {
  for (let at = 0; at < count; at++) {
    const more = { padding: randomBytes(600).toString('base64') };
    yield tweet({ at: Date.UTC(2020, 0, 1) + at * 3_600_000, text: `tweet ${at}`, more });
  }
}

beforeAll(async () => {
  await writeArchive(inFolder('archive.zip'), owner, tweets());
  await writeArchive(inFolder('tweets.js'), owner, tweets(), { container: 'file' });
  await writeFile(inFolder('tweets.js.gz'), gzipSync(await readFile(inFolder('tweets.js')), { level: 1 }));
});

/** Runs all jobs, with its spool on the full disk. */
async function doJobs<T>(spoolRoot: string, until: () => Promise<T>): Promise<T> {
  const worker = await startWorker({
    db,
    url: db.url,
    queue,
    spoolRoot,
    fetching: noProviders(db, queue),
    log: quiet,
  });
  return until().finally(() => worker.close());
}

const ended = (jobId: string) => untilJob(db, jobId, isOver);

/** A complete upload, and its job. */
async function importUpload(file: string): Promise<{ path: string; jobId: string }> {
  const path = inFolder('upload');
  await cp(inFolder(file), path);
  const jobId = await jobs.importArchive({ path, handle: 'lark', uploaded: true, name: 'my archive' });
  return { path, jobId };
}

async function expectAll(job: JobRow): Promise<void> {
  expect(job).toMatchObject({ state: 'SUCCEEDED', fetched: count, inserted: count });
  const [found] = await db.sql`select stream_id, (select count(*)::int from posts) as posts from streams`;
  expect(found?.posts).toBe(count);
  expect(await verifyStream(db.sql, found?.stream_id)).toEqual([]);
}

afterEach(async () => {
  await db.sql`truncate streams, accounts, authors, posts, raw_payloads, metric_history, post_versions, known_posts, vacant_posts, post_terms, activity,
    observed_activity, tally_months, tally_totals, jobs, follower_snapshots, stream_providers restart identity`;
});

async function upload(uploadFolder: string, file: string): Promise<Raw> {
  const server = await serve(openApp(db, { jobs }), { uploads: openFolder(uploadFolder) });
  const query = 'mutation ($file: File!) { importFile(file: $file) { id } }';
  return send(
    server,
    { headers: formHeaders },
    form([
      { name: 'operations', value: JSON.stringify({ query, variables: { file: null } }) },
      { name: 'map', value: '{"0":["variables.file"]}' },
      { name: '0', value: await readFile(inFolder(file)), filename: file },
    ]),
  );
}

// The error of Postgres on a full disk, without a full disk.
describe("where Postgres' disk is full", () => {
  const says = 'could not extend file "base/5/1247": No space left on device';
  const message = `The disk of the database is full (${says}): make room there, then try again`;
  const fill = (table: string) => refuseInserts(db.sql, table, { message: says, code: 'disk_full' });

  test('an import fails with that, keeps its upload, and succeeds when it is tried again', async () => {
    const { path, jobId } = await importUpload('archive.zip');
    const makeRoom = await fill('posts');
    const failed = await doJobs(inFolder('spool'), () => ended(jobId));
    expect(failed).toMatchObject({ state: 'FAILED', errorCode: 'INTERNAL', errorMessage: message });
    expect(await readdir(inFolder('spool'))).toEqual([]);
    await makeRoom();
    await jobs.retry(jobId);
    await expectAll(await doJobs(inFolder('spool'), () => ended(jobId)));
    expect(existsSync(path)).toBe(false);
  });

  test('an upload whose job cannot be noted is answered with that, and removed', async () => {
    const makeRoom = await fill('jobs');
    const answer = await upload(inFolder('uploads'), 'archive.zip');
    await makeRoom();
    expect(errorOf(answer)).toEqual({ code: 'INTERNAL', message });
    expect(await readdir(inFolder('uploads'))).toEqual([]);
  });
});

const megabytes = 4;
const suite = 'full disks of test/integration/db/full-disk.test.ts';
const probe = mountSmallDisk(suite, megabytes);
probe?.remove();

describe.skipIf(probe === null)('where a disk is full', () => {
  let disk: SmallDisk;
  beforeEach(() => {
    disk = mountSmallDisk(suite, megabytes) as SmallDisk; // safe: it was tried above
  });
  afterEach(() => disk.remove());

  test.each([
    [
      'that tells its size fails at once',
      'archive.zip',
      'The tweets of my archive take 17 MB unpacked, and the disk of FOLDER has 4 MB left',
    ],
    ['that does not tell its size fails half-way', 'tweets.js.gz', 'No space is left on the disk of FOLDER'],
  ])('an archive %s, leaves no spool, and can be tried again', async (_, file, lack) => {
    const { path, jobId } = await importUpload(file);
    const spool = join(disk.folder, 'spool');
    const failed = await doJobs(spool, () => ended(jobId));
    expect(failed).toMatchObject({
      state: 'FAILED',
      errorCode: 'INTERNAL',
      errorMessage: `${lack.replace('FOLDER', spool)}: make room there, then try again`,
      fetched: 0,
    });
    expect(await readdir(spool)).toEqual([]);
    disk.resize(64);
    await jobs.retry(jobId);
    await expectAll(await doJobs(spool, () => ended(jobId)));
    expect(await readdir(spool)).toEqual([]);
    expect(existsSync(path)).toBe(false);
  });

  test('an upload is answered with that and leaves nothing, and can be sent again', async () => {
    const answer = await upload(disk.folder, 'archive.zip');
    expect(answer.status).toBe(507);
    expect(errorOf(answer)).toEqual({
      code: 'INTERNAL',
      message: `No space is left on the disk of ${disk.folder}: make room there, then try again`,
    });
    expect(await readdir(disk.folder)).toEqual([]);
    disk.resize(64);
    expect((await upload(disk.folder, 'archive.zip')).body).toMatch(/"importFile":{"id":/);
  });

  // A distributed table has no tablespace.
  onOneNode('Postgres reports it itself, and the import goes on when there is room', async () => {
    const [{ data_directory } = { data_directory: '' }] = await db.sql`show data_directory`;
    const { uid, gid } = await stat(data_directory);
    const place = join(disk.folder, 'tablespace');
    await mkdir(place);
    await chown(place, uid, gid);
    await db.sql.unsafe(`create tablespace small location '${place}'`);
    await db.sql`alter table raw_payloads set tablespace small`;
    try {
      const { jobId } = await importUpload('archive.zip');
      const failed = await doJobs(inFolder('spool'), () => ended(jobId));
      expect(failed).toMatchObject({ state: 'FAILED', errorCode: 'INTERNAL' });
      expect(failed.errorMessage).toMatch(/^The disk of the database is full \(could not .*No space left/);
      disk.resize(64);
      await jobs.retry(jobId);
      await expectAll(await doJobs(inFolder('spool'), () => ended(jobId)));
    } finally {
      await db.sql`alter table raw_payloads set tablespace pg_default`;
      await db.sql`drop tablespace small`;
    }
  });
});
