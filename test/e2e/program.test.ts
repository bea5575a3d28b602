import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { openAsBlob, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tweet, writeArchive } from '../support/x-archive.ts';
import { patienceMs } from '../support/patience.ts';
import { embeddedUrl } from '../support/embedded-data.ts';
import { holdAfter } from '../support/hold.ts';
import { program } from '../support/program.ts';
import { needsProvider, tabs, waits } from '../support/tabs.ts';

const operations = new URL('../../schema/operations/', import.meta.url);
const owner = { id: '4242', handle: 'lark', displayName: 'Lark', joinedAt: new Date(0) };

let folder: string;
let server: ChildProcess;
let url: string;

const environment = () => ({
  ...process.env,
  LARKSTAT_DATA: join(folder, 'data'),
  PORT: '0',
  LOG_LEVEL: 'error',
});

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs a command of the program to its end. */
const larkstat = (...args: readonly string[]): Promise<Ended> => larkstatWith({}, ...args);

function larkstatWith(extra: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ended> {
  return new Promise((done) => {
    const env = { ...environment(), ...extra };
    execFile(process.execPath, [program, ...args], { env }, (error, stdout, stderr) =>
      done({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr }),
    );
  });
}

async function serve(): Promise<void> {
  server = spawn(process.execPath, [program, 'serve', '--json'], { env: environment() });
  url = await new Promise((done, failed) => {
    let output = '';
    server.stdout?.on('data', (chunk) => {
      output += chunk;
      if (output.includes('\n')) done((JSON.parse(output) as { graphql: string }).graphql);
    });
    server.stderr?.on('data', (chunk) => process.stderr.write(chunk));
    server.once('exit', (code) => failed(new Error(`the server ended with ${code}`)));
  });
}

async function ask(query: string, variables: object = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as {
    // biome-ignore lint/suspicious/noExplicitAny: answers of any shape
    data: any;
    errors?: { message: string; extensions: { code: string } }[];
  };
}

async function upload(path: string, handle: string | null = null) {
  const form = new FormData();
  const query =
    'mutation ($file: File!, $handle: String) { importFile(file: $file, handle: $handle) { id state } }';
  form.set('operations', JSON.stringify({ query, variables: { file: null, handle } }));
  form.set('map', JSON.stringify({ 0: ['variables.file'] }));
  form.set('0', await openAsBlob(path), 'archive.zip');
  const response = await fetch(url, { method: 'POST', body: form });
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape
  return (await response.json()) as any;
}

async function untilOver(id: string) {
  for (;;) {
    const { data } = await ask(
      'query ($id: ID!) { job(id: $id) { state error { code message } progress { fetched inserted rejected rejections { where reason } } } }',
      { id },
    );
    if (data.job.state !== 'QUEUED' && data.job.state !== 'RUNNING') return data.job;
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** Follows a subscription of the tabs with the client of graphql-sse. */
function follow(name: string, variables: Record<string, unknown>) {
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape
  const events: any[] = [];
  let stop = () => {};
  let connect = () => {};
  const connected = new Promise<void>((done) => {
    connect = done;
  });
  const client = createClient({ url, retryAttempts: 0, on: { connected: () => connect() } });
  const query = readFileSync(new URL(name, operations), 'utf8');
  const completed = new Promise<typeof events>((done, failed) => {
    stop = client.subscribe(
      { query, variables },
      {
        next: ({ data, errors }) => (errors ? failed(errors) : events.push(data)),
        error: failed,
        complete: () => done(events),
      },
    );
  });
  return { events, connected, completed, stop: () => stop() };
}

/** The first event of a subscription. */
async function first(name: string, variables: Record<string, unknown>) {
  const followed = follow(name, variables);
  await expect.poll(() => followed.events.length, { timeout: patienceMs }).toBeGreaterThan(0);
  followed.stop();
  return followed.events[0];
}

/**
 * Where an answer shows nothing: a list without items or only with nulls, a field of the root or of stats that is null.
 */
function emptyPlaces(value: unknown, path = '', mayBeNull = false): readonly string[] {
  if (value === null) return mayBeNull ? [] : [path];
  if (Array.isArray(value)) {
    const known = value.filter((item) => item !== null);
    // There are no events of a job that succeeded, nor of an alert that was created just now.
    if (/\.events(\.nodes)?$/.test(path)) return [];
    // A month of a hashtag may have no single outstanding post, and no other hashtag that rises with it.
    if (/^\.explainTrend\.(posts|with)$/.test(path)) return [];
    return known.length === 0
      ? [path]
      : known.flatMap((item, at) => emptyPlaces(item, `${path}.${at}`, true));
  }
  if (typeof value !== 'object') return [];
  const isPlace = /^(\.account|\.streamUpdated)?(\.stats)?(\.totals)?$/.test(path);
  return Object.entries(value).flatMap(([name, part]) =>
    emptyPlaces(part, `${path}.${name}`, !isPlace || name === 'avatarUrl'),
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larkstat-e2e-'));
  const tweets = Array.from({ length: 50 }, (_, at) =>
    tweet({ at: Date.UTC(2022, 0, 1 + at), text: `hello ${at} #lark`, likes: at }),
  );
  await writeArchive(join(folder, 'lark.zip'), owner, [...tweets, { id_str: '77', created_at: 'some day' }]);
  await serve();
  // The server waits some seconds for the demo; a busy machine needs longer.
  const { data } = await ask('{ jobs(first: 1) { nodes { id } } }');
  expect(await untilOver(data.jobs.nodes[0].id)).toMatchObject({ state: 'SUCCEEDED' });
});
afterAll(async () => {
  server.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

describe('the program', () => {
  test('has something to show at its very first start', async () => {
    const { data } = await ask('{ streams { nodes { title freshness { version } } totalCount } }');
    expect(data.streams.totalCount).toBe(3);
  });

  test.each(tabs.filter((tab) => !waits(tab) && !needsProvider(tab)))(
    'answers the tab $operation at once, with something to see',
    async ({ operation, text, variables }) => {
      const { data, errors } = text.includes('\nsubscription ')
        ? { data: await first(`${operation}.graphql`, variables), errors: undefined }
        : await ask(text, variables);
      expect(errors).toBeUndefined();
      expect(emptyPlaces(data)).toEqual([]);
      expect(JSON.stringify(data)).toMatch(/[1-9]/);
    },
  );

  test.each(tabs.filter(needsProvider))(
    'says of the tab $operation that no provider is configured',
    async ({ text, variables }) => {
      const { data, errors } = await ask(text, variables);
      if (data && 'topic' in data) expect(data.topic).toBeNull();
      else expect(errors?.map((error) => error.extensions.code)).toEqual(['PROVIDER_NOT_CONFIGURED']);
    },
  );

  test('imports an uploaded archive, leaves out a broken record and names it', async () => {
    const { data } = await upload(join(folder, 'lark.zip'));
    const job = await untilOver(data.importFile.id);
    expect(job).toMatchObject({
      state: 'SUCCEEDED',
      error: null,
      progress: { fetched: 50, inserted: 50, rejected: 1 },
    });
    expect(job.progress.rejections[0].where).toMatch(/tweets\.js/);
    const stats = await ask('{ account(handle: "LARK") { stats { totals { posts likesReceived } } } }');
    expect(stats.data.account.stats.totals).toEqual({ posts: 50, likesReceived: 1_225 });
  });

  test('reports an import to every tab that is a subscription', async () => {
    const wren = { ...owner, id: '4343', handle: 'wren' };
    const tweets = Array.from({ length: 8 }, (_, at) =>
      tweet({ at: Date.UTC(2023, 0, 1 + at), text: `tweet ${at}` }),
    );
    await writeArchive(join(folder, 'wren.zip'), wren, tweets.slice(0, 5));
    await untilOver((await upload(join(folder, 'wren.zip'))).data.importFile.id);
    const { data } = await ask('{ account(handle: "wren") { id } }');
    const id = data.account.id;

    const jobs = follow('subscription-jobs.graphql', {});
    const stream = follow('subscription-stream.graphql', { id });
    const posts = follow('subscription-new-posts.graphql', { id });
    await Promise.all([jobs.connected, stream.connected, posts.connected]);
    await writeArchive(join(folder, 'wren.zip'), wren, tweets);
    const job = (await upload(join(folder, 'wren.zip'))).data.importFile.id;
    const progress = await follow('subscription-job-progress.graphql', { id: job }).completed;
    expect(progress.at(-1)?.jobProgress).toMatchObject({
      state: 'SUCCEEDED',
      progress: { fetched: 8, inserted: 3 },
    });
    const succeeded = expect.objectContaining({ id: job, state: 'SUCCEEDED', stream: { title: '@wren' } });
    // All events are sent before the stream is deleted, and its jobs with it.
    await expect.poll(() => jobs.events.map((event) => event.jobChanged)).toContainEqual(succeeded);
    await expect.poll(() => stream.events.length).toBe(2);
    await expect.poll(() => posts.events.length).toBe(3);
    await ask('mutation ($id: ID!) { deleteStream(id: $id) }', { id });
    expect((await posts.completed).map((event) => event.newPosts.text)).toEqual([
      'tweet 5',
      'tweet 6',
      'tweet 7',
    ]);
    expect((await stream.completed).map((event) => event.streamUpdated.stats.totals.posts)).toEqual([5, 8]);
    jobs.stop();
  });

  test('refuses a file that is no archive, with a code, and continues', async () => {
    await writeFile(join(folder, 'notes.zip'), 'these are notes');
    const { data } = await upload(join(folder, 'notes.zip'));
    expect(await untilOver(data.importFile.id)).toMatchObject({
      state: 'FAILED',
      error: { code: 'BAD_INPUT' },
    });
    const archive = await readFile(join(folder, 'lark.zip'));
    await writeFile(join(folder, 'cut.zip'), archive.subarray(0, archive.length / 2));
    const cut = await upload(join(folder, 'cut.zip'));
    expect(await untilOver(cut.data.importFile.id)).toMatchObject({
      state: 'FAILED',
      error: { code: 'BAD_INPUT' },
    });
    const bad = await upload(join(folder, 'lark.zip'), 'two words');
    expect(bad.errors[0].extensions.code).toBe('BAD_INPUT');
    expect((await ask('{ streams { totalCount } }')).data.streams.totalCount).toBe(4);
  });

  test.each([
    [
      'a query 50 levels deep',
      'QUERY_TOO_COMPLEX',
      `{ account(handle: "lark") { stats { ${'previous { '.repeat(50)}from${' }'.repeat(50)} } } }`,
    ],
    ['a syntax error', 'BAD_INPUT', '{ account(handle: "lark"'],
    [
      'an unknown zone',
      'BAD_INPUT',
      '{ account(handle: "lark") { stats(timeZone: "Mars/Olympus") { from } } }',
    ],
    ['first: 0', 'BAD_INPUT', '{ account(handle: "lark") { stats { topPosts(first: 0) { id } } } }'],
    [
      'first: 100000',
      'BAD_INPUT',
      '{ account(handle: "lark") { stats { topTerms(kind: WORD, first: 100000) { term } } } }',
    ],
    [
      'minutes of years',
      'QUERY_TOO_COMPLEX',
      '{ account(handle: "nachtcommit") { stats { series(interval: MINUTE) { values } } } }',
    ],
  ])('answers %s with %s', async (_, code, query) => {
    const { errors } = await ask(query);
    expect(errors?.[0]?.extensions.code).toBe(code);
  });

  test('answers a query of 20 MB with QUERY_TOO_COMPLEX and stays up', async () => {
    const { errors } = await ask(`{ streams { totalCount } } # ${'x'.repeat(20_000_000)}`);
    expect(errors?.[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');
    const { system } = (await ask('{ system { version limits { uploadMaxBytes cost first } } }')).data;
    expect(system.version).toMatch(/^\d/);
    expect(system.limits).toEqual({ uploadMaxBytes: 20 * 1024 ** 3, cost: 30_000, first: 200 });
  });
});

describe('the command line, beside the running server', () => {
  test('imports into the same store', async () => {
    const { code, stdout } = await larkstat('import', join(folder, 'lark.zip'), '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ fetched: 50, inserted: 0, updated: 0, rejected: 1 });
    const { id, stream } = JSON.parse(stdout);
    expect(stream).toBe('@lark');
    expect((await ask('query ($id: ID!) { job(id: $id) { state } }', { id })).data.job.state).toBe(
      'SUCCEEDED',
    );
  });

  test('shows the numbers of an account', async () => {
    const { code, stdout } = await larkstat('stats', '@lark');
    expect(code).toBe(0);
    expect(stdout).toContain('@lark (Lark)');
    expect(stdout).toContain('1,225');
  });

  test('verifies and rebuilds', async () => {
    expect(await larkstat('verify')).toMatchObject({ code: 0 });
    const rebuilt = await larkstat('rebuild', 'lark', '--json');
    expect(JSON.parse(rebuilt.stdout)).toEqual({ streams: 1, posts: 50, changed: 0, unreadable: 0 });
    const verified = '1 stream verified: every rollup equals a recount of its posts\n';
    expect(await larkstat('verify', 'lark')).toMatchObject({ code: 0, stdout: verified });
  });

  test('names the account of an import, and asks for it when the archive does not name it', async () => {
    const post = tweet({ at: Date.UTC(2022, 0, 1), text: 'hello 0 #lark', likes: 0 });
    const file = join(folder, 'tweets.js');
    await writeFile(file, `window.YTD.tweets.part0 = ${JSON.stringify([post])}`);
    expect((await larkstat('import', file)).stderr).toMatch(/no account\.js.*--handle/);
    const { stdout } = await larkstat('import', file, '--handle', 'lark');
    expect(stdout).toMatch(/^@lark: 1 post read: 0 new, /);
  });

  test('tracks an account, and shows so over the API until it is off', async () => {
    const asked = '{ account(handle: "lark") { tracking { every nextAt } } }';
    const { code, stdout } = await larkstatWith({ X_SCRAPER: 'on' }, 'track', '@lark', 'P1D', '--json');
    expect(code).toBe(0);
    const { every, nextAt } = JSON.parse(stdout);
    expect((await ask(asked)).data.account.tracking).toEqual({ every, nextAt });
    expect(every).toBe('P1D');
    expect((await larkstat('track', 'lark', '--off')).stdout).toBe('@lark is refreshed on request only\n');
    expect((await ask(asked)).data.account.tracking).toBeNull();
  });

  test('shows the jobs as a table, and those of a state', async () => {
    const { code, stdout } = await larkstat('jobs');
    expect(code).toBe(0);
    const [header, ...lines] = stdout.trimEnd().split('\n');
    expect(header).toMatch(/^id +created +kind +state +about +posts +new +message$/);
    expect(lines.length).toBeGreaterThan(3);
    const shown = lines[0]?.split(/ {2,}/)[0] ?? '';
    expect(shown).toMatch(/^[0-9a-f]{8}$/);
    const one = await larkstat('jobs', shown, '--json');
    const { id, jobId: whole, subject } = JSON.parse(one.stdout);
    expect(whole.startsWith(shown)).toBe(true);
    const { data } = await ask('query ($id: ID!) { job(id: $id) { id subject } }', { id });
    expect(data.job).toEqual({ id, subject });
    const failed = await larkstat('jobs', '--state', 'failed', '--json');
    const found = JSON.parse(failed.stdout).jobs as { id: string; jobId: string; state: string }[];
    for (const { id, jobId } of found) expect(atob(id)).toBe(`Job:${jobId}`);
    const states = found.map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(['FAILED']));
    expect((await larkstat('jobs', '--state', 'running')).stdout).toBe('No jobs\n');
  });

  test('retries a failed job by either of its ids, and does not cancel one that has ended', async () => {
    const [job] = JSON.parse((await larkstat('jobs', '--state', 'failed', '--json')).stdout).jobs;
    const again = await larkstat('retry', job.id);
    expect(again).toMatchObject({ code: 1, stderr: `larkstat: ${job.errorMessage}\n` });
    const cancelled = await larkstat('cancel', job.jobId);
    expect(cancelled).toEqual({ code: 1, stdout: '', stderr: 'larkstat: The job has ended already\n' });
    expect((await larkstat('cancel', 'none')).stderr).toBe('larkstat: Not an id: none\n');
    const account = btoa('Account:1');
    expect((await larkstat('retry', account)).stderr).toBe(`larkstat: Not a job's id: ${account}\n`);
  });

  test('accepts the first characters of a job id when no other id begins with them', async () => {
    const { jobs } = JSON.parse((await larkstat('jobs', '--json')).stdout);
    const ids = (jobs as { jobId: string }[]).map(({ jobId }) => jobId);
    expect(JSON.parse((await larkstat('jobs', ids[0]?.slice(0, 13) ?? '', '--json')).stdout).jobId).toBe(
      ids[0],
    );
    const countOf = (digit: string) => ids.filter((id) => id.startsWith(digit)).length;
    const digits = [...'0123456789abcdef'];
    // Of sixteen hexadecimal digits, mostly one begins no id, and one begins several.
    const none = digits.find((digit) => countOf(digit) === 0);
    const several = digits.find((digit) => countOf(digit) > 1);
    for (const [digit, message] of [
      [none, `No job has an id that begins with ${none}`],
      [several, `Several jobs have an id that begins with ${several}: type more of it`],
    ]) {
      if (digit === undefined) continue;
      expect(await larkstat('cancel', digit)).toMatchObject({ code: 1, stderr: `larkstat: ${message}\n` });
    }
  });

  test.each([
    ['head -c 1', ['stats', 'lark', '--json']],
    ['head -1', ['jobs']],
    ['true', ['stats', 'lark']],
    ['true', ['help']],
  ])('ends silently when %s reads %j', async (reader, args) => {
    const line = `{ "$0" "$@"; echo "code $?" >&2; } | ${reader}`;
    const said = await new Promise((done) => {
      execFile(
        'sh',
        ['-c', line, process.execPath, program, ...args],
        { env: environment() },
        (_e, _out, stderr) => done(stderr),
      );
    });
    expect(said).toBe('code 0\n');
  });

  test('removes an account after a confirmation', async () => {
    const robin = { ...owner, id: '4545', handle: 'robin_gone' };
    await writeArchive(join(folder, 'gone.zip'), robin, [tweet({ at: Date.UTC(2022, 0, 1), text: 'hello' })]);
    await larkstat('import', join(folder, 'gone.zip'));
    expect(await larkstat('remove', 'robin_gone')).toMatchObject({
      code: 1,
      stderr: 'larkstat: @robin_gone was not removed: give --yes to remove it\n',
    });
    expect((await larkstat('remove', '@Robin_gone', '--yes')).stdout).toBe(
      'Removed @robin_gone: 1 post and 1 job\n',
    );
    expect((await ask('{ account(handle: "robin_gone") { id } }')).data.account).toBeNull();
    expect((await larkstat('remove', 'robin_gone', '--yes')).stderr).toMatch(
      /Nothing was collected of @robin_gone/,
    );
  });

  test('runs a worker until Ctrl-C', async () => {
    const workers = async () => (await ask('{ system { queue { workers } } }')).data.system.queue.workers;
    expect(await workers()).toBe(1);
    const child = spawn(process.execPath, [program, 'worker'], { env: environment() });
    await new Promise<void>((done, failed) => {
      child.stdout.on('data', (chunk) => String(chunk).includes('takes jobs') && done());
      child.once('close', (code) => failed(new Error(`the worker ended with ${code}`)));
    });
    // It registers at the store a moment after it is ready.
    await expect.poll(workers).toBe(2);
    const ended = new Promise((done) => child.once('close', done));
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  });

  test('removes the demo', async () => {
    expect(await larkstat('demo', 'remove')).toMatchObject({ code: 0 });
    expect((await ask('{ streams { nodes { title } } }')).data.streams.nodes).toEqual([{ title: '@lark' }]);
  });

  test.each([
    [['stats', 'nobody_here'], /Nothing was collected of @nobody_here/],
    [['stats', 'two words'], /Not a handle/],
    [['import', '/no/such/file.zip'], /No such file/],
    [['health'], /No server answers|not ready/],
    [['seed', '--users', '0'], /users/],
    [['fetch', 'nasa'], /X_BEARER_TOKEN/],
    [['fetch', 'nasa', '--provider', 'x_scraper'], /X_SCRAPER=on/],
    [['fetch', 'nasa', '--provider', 'carrier_pigeon'], /No such provider/],
    [['fetch', '../nasa'], /Not a handle/],
    [['fetch', 'nasa', '--limit', '0'], /1 to 100000/],
    [['topic', 'climate change'], /X_BEARER_TOKEN/],
    [['topic', ' '], /Empty query/],
    [['track', 'nobody_here', 'PT1H'], /Nothing was collected of @nobody_here/],
    [['track', 'no such topic', 'PT1H'], /Nothing was collected of "no such topic"/],
    [['track', 'lark', 'PT1S'], /PT1M to P365D/],
    [['track', 'lark', 'PT1H'], /set X_BEARER_TOKEN, or SOCIALDATA_API_KEY, or X_SCRAPER=on/],
    [['track', 'lark'], /how often/],
    [['track', 'lark', 'PT1H', '--off'], /how often/],
    [['jobs', '--state', 'asleep'], /No such state/],
  ])('%j fails with code 1 and one clear line', async (args, message) => {
    const { code, stderr } = await larkstat(...args);
    expect(code).toBe(1);
    expect(stderr.trim()).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test.each(
    'serve,import,fetch,topic,track,seed,stats,verify,rebuild,providers,jobs,cancel,retry,remove,worker,health,demo remove'.split(
      ',',
    ),
  )('%s explains itself', async (command) => {
    const { code, stdout } = await larkstat(...command.split(' '), '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('--json');
  });
});

/** The process of the embedded Postgres. */
async function postmaster(): Promise<number> {
  const lines = await readFile(join(folder, 'data', 'postgres', 'postmaster.pid'), 'utf8');
  return Number(lines.split('\n')[0]);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('stopping', () => {
  test('with SIGTERM ends the server, its worker and its Postgres; the next start has all data', async () => {
    const pid = await postmaster();
    const ended = new Promise((done) => server.once('close', done));
    const open = follow('subscription-jobs.graphql', {});
    await open.connected;
    server.kill('SIGTERM');
    // In order, not cut off while work is open.
    await expect(open.completed).rejects.toThrow('Connection closed while having active streams');
    await ended;
    // Its last process may end a moment later.
    await expect.poll(() => isAlive(pid)).toBe(false);
    await serve();
    const { data } = await ask('{ streams { nodes { title } } }');
    expect(data.streams.nodes).toEqual([{ title: '@lark' }]);
  });

  test('with SIGKILL loses nothing: the next start opens the store', async () => {
    const ended = new Promise((done) => server.once('close', done));
    server.kill('SIGKILL');
    await ended;
    await serve();
    const { data } = await ask('{ account(handle: "lark") { stats { totals { posts } } } }');
    expect(data.account.stats.totals.posts).toBe(50);
  });

  test('everything in the middle of an import, Postgres too, loses no post and duplicates none', async () => {
    const robin = { ...owner, id: '4444', handle: 'robin' };
    const posts = 6_000;
    const tweets = Array.from({ length: posts }, (_, at) =>
      tweet({ at: Date.UTC(2015, 0, 1) + at * 3_600_000, text: `tweet ${at} #robin`, likes: at % 7 }),
    );
    await writeArchive(join(folder, 'robin.zip'), robin, tweets);
    await holdAfter(await embeddedUrl(join(folder, 'data')), 1);
    const { data } = await upload(join(folder, 'robin.zip'));
    const { id } = data.importFile;
    let fetched = 0;
    const page = async () => {
      const job = await ask('query ($id: ID!) { job(id: $id) { progress { fetched } } }', { id });
      fetched = job.data.job.progress.fetched;
      return fetched;
    };
    await expect.poll(page, { interval: 20 }).toBeGreaterThan(0);
    expect(fetched).toBeLessThan(posts);
    // Nothing is written to the disk any more, as in a power cut, except what the kernel has buffered.
    const pid = await postmaster();
    const ended = new Promise((done) => server.once('close', done));
    process.kill(pid, 'SIGQUIT');
    server.kill('SIGKILL');
    await ended;
    await expect.poll(() => isAlive(pid)).toBe(false);

    await serve();
    const job = await untilOver(id);
    expect(job).toMatchObject({ state: 'SUCCEEDED', progress: { fetched: posts, inserted: posts } });
    const stats = await ask('{ account(handle: "robin") { stats { totals { posts likesReceived } } } }');
    const likesReceived = Array.from({ length: posts }, (_, at) => at % 7).reduce((a, b) => a + b);
    expect(stats.data.account.stats.totals).toEqual({ posts, likesReceived });
    expect(await larkstat('verify', 'robin')).toMatchObject({ code: 0 });
    const done = new Promise((closed) => server.once('close', closed));
    server.kill('SIGTERM');
    await done;
  });
});
