import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { request } from 'node:http';
import { expect, test } from 'vitest';
import { openApp } from '../../support/app.ts';
import { openStore } from '../../support/store.ts';
import { serve } from './support.ts';

const db = await openStore();
const { port } = await serve(openApp(db));
const long = '{ __schema { types { name description } } }';

/** A query by POST, with its answer as bytes. */
function ask(query: string, headers: Record<string, string>) {
  return new Promise<{ headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    const all = { 'content-type': 'application/json', ...headers };
    const req = request({ port, path: '/graphql', method: 'POST', headers: all }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('end', () => resolve({ headers: res.headers, body: Buffer.concat(chunks) }));
    });
    req.on('error', reject);
    req.end(JSON.stringify({ query }));
  });
}

const plain = await ask(long, {});

test('without Accept-Encoding an answer is not compressed', () => {
  expect(plain.headers['content-encoding']).toBeUndefined();
  expect(plain.body.length).toBeGreaterThan(1_000);
  expect(plain.headers.vary).toMatch(/\bAccept-Encoding\b/);
});

test.each([
  ['br', brotliDecompressSync],
  ['gzip', gunzipSync],
] as const)('an answer over 1 kB is the same by %s, and shorter', async (encoding, unpack) => {
  const { headers, body } = await ask(long, { 'accept-encoding': encoding });
  expect(headers['content-encoding']).toBe(encoding);
  expect(headers['content-length']).toBe(String(body.length));
  expect(headers.vary).toMatch(/\bOrigin\b.*\bAccept-Encoding\b/);
  expect(headers['content-type']).toBe(plain.headers['content-type']);
  expect(body.length).toBeLessThan(plain.body.length / 2);
  expect(unpack(body)).toEqual(plain.body);
});

test('a short answer is not compressed', async () => {
  const { headers, body } = await ask('{ __typename }', { 'accept-encoding': 'br, gzip' });
  expect(headers['content-encoding']).toBeUndefined();
  expect(JSON.parse(String(body))).toEqual({ data: { __typename: 'Query' } });
  expect(headers.vary).toMatch(/\bAccept-Encoding\b/);
});

test('server-sent events are not compressed', async () => {
  const { headers, body } = await ask(long, { 'accept-encoding': 'br', accept: 'text/event-stream' });
  expect(headers['content-encoding']).toBe('none'); // Yoga sends this for proxies
  expect(String(body)).toMatch(/^event: next$/m);
});

test('fetch decompresses an answer by itself', async () => {
  const response = await fetch(`http://127.0.0.1:${port}/graphql?query=${encodeURIComponent(long)}`);
  expect(response.headers.get('content-encoding')).toMatch(/^(br|gzip)$/);
  expect(await response.text()).toBe(String(plain.body));
});
