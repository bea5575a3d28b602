import { readFile, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { expect, test } from 'vitest';
import { openFolder } from '../../../src/jobs/uploads/folder.ts';
import { ask, errorOf, filesIn, form, formHeaders, type Part, send, serve } from './support.ts';
import { uploadApp } from './upload-app.ts';

const limits = { uploadBytes: 1_000_000, bodyBytes: 20_000 };
const taken: string[] = [];
const server = await serve(uploadApp(taken), { limits });

const take = 'mutation ($file: File!) { take(file: $file) { name bytes } }';
const look = 'mutation ($file: File) { look(file: $file) }';
const operations: Part = {
  name: 'operations',
  value: JSON.stringify({ query: take, variables: { file: null } }),
};
const map: Part = { name: 'map', value: '{"0":["variables.file"]}' };
const file: Part = {
  name: '0',
  value: Buffer.from([0, 1, 13, 10, 45, 45, 255]),
  filename: '../../tweets.js',
};

const post = (parts: readonly Part[], headers: Record<string, string> = formHeaders) =>
  send(server, { headers }, form(parts));

test('a file arrives on disk byte for byte, for its owner only', async () => {
  const answer = await post([operations, map, file]);
  expect(JSON.parse(answer.body)).toEqual({ data: { take: { name: 'tweets.js', bytes: 7 } } });
  const path = taken.at(-1) ?? '';
  expect(await readFile(path)).toEqual(file.value);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(path).not.toContain('tweets');
  await rm(path);
});

test('a file of exactly the limit is accepted', async () => {
  const value = Buffer.alloc(limits.uploadBytes, 'x');
  const answer = await post([operations, map, { ...file, value }]);
  expect(JSON.parse(answer.body).data.take.bytes).toBe(limits.uploadBytes);
  await rm(taken.at(-1) ?? '');
});

test('an empty file is a file', async () => {
  const answer = await post([operations, map, { ...file, value: '' }]);
  expect(JSON.parse(answer.body).data.take.bytes).toBe(0);
  await rm(taken.at(-1) ?? '');
});

test('a file that no resolver takes is deleted after the response', async () => {
  const answer = await post([
    { name: 'operations', value: JSON.stringify({ query: look, variables: { file: null } }) },
    map,
    file,
  ]);
  expect(JSON.parse(answer.body)).toEqual({ data: { look: true } });
  expect(await filesIn(server.uploadFolder, 0)).toEqual([]);
});

test('a file may stand deep in a variable, and in an operation of a batch', async () => {
  const query = 'mutation ($source: Source!) { look(source: $source) }';
  const answer = await post([
    { name: 'operations', value: JSON.stringify([{ query, variables: { source: { file: null } } }]) },
    { name: 'map', value: '{"upload":["0.variables.source.file"]}' },
    { ...file, name: 'upload' },
  ]);
  expect(JSON.parse(answer.body)).toEqual([{ data: { look: true } }]);
});

test('a file is taken once, however often a request asks for it', async () => {
  const query = 'mutation ($file: File!) { a: take(file: $file) { bytes } b: take(file: $file) { bytes } }';
  const before = taken.length;
  const answer = await post([
    { name: 'operations', value: JSON.stringify({ query, variables: { file: null } }) },
    map,
    file,
  ]);
  expect(JSON.parse(answer.body).errors).toMatchObject([{ path: ['b'], extensions: { code: 'BAD_INPUT' } }]);
  expect(taken).toHaveLength(before + 1);
  await rm(taken.at(-1) ?? '');
});

test('a form without a file runs', async () => {
  const query: Part = { name: 'operations', value: '{"query":"{ ok }"}' };
  const answer = await post([query, { name: 'map', value: '{}' }]);
  expect(JSON.parse(answer.body)).toEqual({ data: { ok: true } });
});

test('a text in the place of a file is refused by who takes it', async () => {
  const answer = await ask(server, { query: take, variables: { file: '/etc/passwd' } });
  expect(errorOf(answer)).toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('multipart') });
});

const mapTo = (value: unknown): Part => ({ name: 'map', value: JSON.stringify(value) });

test.each<[string, readonly Part[], string]>([
  ['no operations', [map, file], 'operations has to come before map'],
  ['no map', [operations], 'map is missing'],
  ['the file before the map', [operations, file, map], 'have to come before the file'],
  ['the file before everything', [file, operations, map], 'have to come before the file'],
  ['no file', [operations, map], 'is missing'],
  ['a file that is not in the map', [operations, map, { ...file, name: '1' }], 'not in map'],
  ['a second file', [operations, map, file, { ...file, name: '1' }], 'second file'],
  ['a field of another name', [operations, { ...map, name: 'extra' }, file], 'Unexpected field "extra"'],
  ['a third field', [operations, map, { ...map, name: 'extra' }, file], 'Unexpected field'],
  ['operations twice', [operations, operations, map, file], 'Unexpected field "operations"'],
  [
    'operations that are not JSON',
    [{ ...operations, value: '{' }, map, file],
    'operations is not valid JSON',
  ],
  ['operations that are a text', [{ ...operations, value: '"a"' }, map, file], 'JSON object or list'],
  ['a map that is not JSON', [operations, { ...map, value: '{' }, file], 'map is not valid JSON'],
  ['a map that is a list', [operations, mapTo([['variables.file']]), file], 'map has to be an object'],
  ['a map of a text', [operations, mapTo({ 0: 'variables.file' }), file], 'list of paths'],
  ['a map of no paths', [operations, mapTo({ 0: [] }), file], 'list of paths'],
  ['a path to nothing', [operations, mapTo({ 0: ['variables.other'] }), file], 'is not null'],
  ['a path out of the variables', [operations, mapTo({ 0: ['query'] }), file], 'does not lead to a variable'],
  ['a path to the prototype', [operations, mapTo({ 0: ['variables.__proto__.x'] }), file], 'is not null'],
  ['a path to itself', [operations, mapTo({ 0: ['variables'] }), file], 'is not null'],
])('%s is refused as BAD_INPUT and leaves no file', async (_name, parts, message) => {
  const answer = await post(parts);
  expect(answer.status).toBe(400);
  expect(errorOf(answer)).toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining(message) });
  expect(await filesIn(server.uploadFolder, 0)).toEqual([]);
});

test('a map of two files is refused with the figure', async () => {
  const answer = await post([operations, mapTo({ 0: ['variables.file'], 1: ['variables.file'] }), file]);
  expect(answer.status).toBe(413);
  expect(errorOf(answer)).toEqual({
    code: 'QUERY_TOO_COMPLEX',
    message: 'Too many files: 2 asked, 1 allowed in a request',
  });
});

test('a file over the limit is refused while it comes and leaves no file', async () => {
  const value = Buffer.alloc(limits.uploadBytes + 1, 'x');
  const answer = await post([operations, map, { ...file, value }]);
  expect(answer.status).toBe(413);
  expect(errorOf(answer)).toEqual({
    code: 'QUERY_TOO_COMPLEX',
    message: 'Upload too large: over 1000000 bytes asked, 1000000 allowed',
  });
  expect(await filesIn(server.uploadFolder, 0)).toEqual([]);
});

test('a length over the limit is refused before the file comes', async () => {
  const headers = { ...formHeaders, 'content-length': '60000000000' };
  const answer = await send(server, { headers }, form([operations]).subarray(0, 10));
  expect(answer.status).toBe(413);
  expect(errorOf(answer).message).toContain('60000000000 bytes asked, 1000000 allowed');
});

test('operations are limited like a JSON body', async () => {
  const value = JSON.stringify({ query: `{ ok } #${'x'.repeat(limits.bodyBytes)}` });
  const answer = await post([{ name: 'operations', value }, map, file]);
  expect(answer.status).toBe(413);
  expect(errorOf(answer)).toMatchObject({
    code: 'QUERY_TOO_COMPLEX',
    message: expect.stringContaining('operations'),
  });
});

test.each([
  ['without a boundary', 'multipart/form-data'],
  ['of another boundary', 'multipart/form-data; boundary=other'],
])('a form %s is refused as BAD_INPUT', async (_name, type) => {
  const answer = await post([operations, map, file], { 'content-type': type });
  expect(answer.status).toBe(400);
  expect(errorOf(answer).code).toBe('BAD_INPUT');
});

test('endless bytes of another boundary end at the limit', async () => {
  const headers = { 'content-type': 'multipart/form-data; boundary=other' };
  const answer = await send(server, { headers }, Buffer.alloc(3_000_000, 'x'));
  expect(answer.status).toBe(413);
});

test.each([1, 7, 100, 250, 330])(
  'a form cut off after %i bytes is refused and leaves no file',
  async (bytes) => {
    const answer = await send(
      server,
      { headers: formHeaders },
      form([operations, map, file]).subarray(0, bytes),
    );
    expect(answer.status).toBe(400);
    expect(errorOf(answer).code).toBe('BAD_INPUT');
    expect(await filesIn(server.uploadFolder, 0)).toEqual([]);
  },
);

test('a client that leaves in the middle leaves no file', async () => {
  const headers = { ...formHeaders, 'content-length': '900000' };
  const req = request({ host: '127.0.0.1', port: server.port, path: '/graphql', method: 'POST', headers });
  req.on('error', () => {});
  req.write(form([operations, map, { ...file, value: Buffer.alloc(300_000) }]).subarray(0, 250_000));
  expect(await filesIn(server.uploadFolder, 1)).toHaveLength(1);
  req.destroy();
  expect(await filesIn(server.uploadFolder, 0)).toEqual([]);
});

test('a client that stands still gets a TIMEOUT and leaves no file', async () => {
  const hasty = await serve(uploadApp(), { limits: { ...limits, idleMs: 100 } });
  async function* stall() {
    yield form([operations, map, file]).subarray(0, 300);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  const answer = await send(hasty, { headers: formHeaders }, stall());
  expect(answer.status).toBe(408);
  expect(errorOf(answer).code).toBe('TIMEOUT');
  expect(await filesIn(hasty.uploadFolder, 0)).toEqual([]);
});

test('a folder that cannot be written to is an INTERNAL error without its path', async () => {
  const broken = await serve(uploadApp(), { uploads: openFolder('/dev/null/uploads') });
  const answer = await send(broken, { headers: formHeaders }, form([operations, map, file]));
  expect(answer.status).toBe(500);
  expect(errorOf(answer).code).toBe('INTERNAL');
  expect(answer.body).not.toContain('/dev/null');
});
