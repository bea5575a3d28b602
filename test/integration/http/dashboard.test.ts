import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readDashboard } from '../../../src/http/dashboard/dashboard.ts';
import { afterwards } from '../../support/afterwards.ts';
import { openApp } from '../../support/app.ts';
import { makeKey, openKeys } from '../../support/keys.ts';
import { openStore } from '../../support/store.ts';
import { errorOf, type Raw, send, serve } from './support.ts';

const page =
  '<!doctype html><title>larkstat</title><script type="module" src="/assets/main-1a2b.js"></script>';
const script = `console.log('${'lark'.repeat(200)}');`;

/**
 * A folder as the build writes it: texts with their compressed forms, an uncompressed font, and the build's manifest.
 */
async function builtFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'larkstat-web-'));
  afterwards(() => rm(folder, { recursive: true, force: true }));
  const texts = { 'index.html': page, 'theme.js': 'document.title;', 'assets/main-1a2b.js': script };
  const others = {
    'assets/geist-3c4d.woff2': Buffer.from([1, 2, 3]),
    '.vite/manifest.json': Buffer.from('{}'),
  };
  for (const [name, text] of Object.entries(texts)) {
    await write(join(folder, name), Buffer.from(text));
    await write(join(folder, `${name}.br`), brotliCompressSync(text));
    await write(join(folder, `${name}.gz`), gzipSync(text));
  }
  for (const [name, bytes] of Object.entries(others)) await write(join(folder, name), bytes);
  return folder;
}

async function write(path: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

const db = await openStore();
const app = openApp(db);
const folder = await builtFolder();
const server = await serve(app, { dashboard: await readDashboard(folder) });
const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const get = (path: string, headers: Record<string, string> = {}, method = 'GET', of = server) =>
  send(of, { method, path, headers });
const isHtml = ({ headers }: Raw) => String(headers['content-type']).startsWith('text/html');

describe('a page', () => {
  test.each([
    '/',
    '/x/harbour_ledger',
    '/x/a?range=7d&zone=UTC',
    '/topic/node.js',
    '/post/X/12',
    '/topic/a%2F..%2Fb',
    '/index.html',
  ])('at %s is the application', async (path) => {
    const answer = await get(path, html);
    expect([answer.status, isHtml(answer), answer.body]).toEqual([200, true, page]);
  });

  test('at / is the application for whoever asks', async () => {
    expect((await get('/', { accept: '*/*' })).body).toBe(page);
    expect((await get('/')).body).toBe(page);
  });

  test('allows what comes from the server itself, and no frame', async () => {
    const { headers } = await get('/x/lark', html);
    expect(headers).toMatchObject({
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; " +
        "img-src 'self' data: blob:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; " +
        "form-action 'none'; frame-ancestors 'none'",
      'cross-origin-opener-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
  });

  test('is asked for again each time, and not sent again while it is the same', async () => {
    const first = await get('/x/lark', html);
    expect(first.headers['cache-control']).toBe('no-cache');
    const etag = String(first.headers.etag);
    for (const known of [etag, `"other", ${etag}`, etag.replace('W/', ''), '*']) {
      const again = await get('/', { ...html, 'if-none-match': known });
      expect([again.status, again.body, again.headers.etag]).toEqual([304, '', etag]);
      expect(again.headers['cache-control']).toBe('no-cache');
    }
    for (const known of ['"other"', '', etag.slice(0, -2)]) {
      expect((await get('/', { ...html, 'if-none-match': known })).status).toBe(200);
    }
  });

  test('depends on what is accepted', async () => {
    const { headers } = await get('/x/lark', html);
    expect(String(headers.vary).split(/, */)).toEqual(
      expect.arrayContaining(['Accept', 'Accept-Encoding', 'Origin']),
    );
  });
});

describe('a file', () => {
  test('with a hash in its name is kept for good', async () => {
    const answer = await get('/assets/main-1a2b.js');
    expect(answer.body).toBe(script);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'content-length': String(script.length),
    });
    const again = await get('/assets/main-1a2b.js', { 'if-none-match': String(answer.headers.etag) });
    expect(again.status).toBe(304);
  });

  test('without one is asked for again each time', async () => {
    const answer = await get('/theme.js');
    expect([answer.status, answer.headers['cache-control'], answer.body]).toEqual([
      200,
      'no-cache',
      'document.title;',
    ]);
  });

  test('has its type', async () => {
    expect((await get('/assets/geist-3c4d.woff2')).headers['content-type']).toBe('font/woff2');
  });

  test.each([
    ['br, gzip', 'br', brotliDecompressSync],
    ['gzip, deflate', 'gzip', gunzipSync],
    ['br;q=0.1, gzip', 'gzip', gunzipSync],
    ['*', 'br', brotliDecompressSync],
    ['identity', undefined, (bytes: Buffer) => bytes],
    ['br;q=0', undefined, (bytes: Buffer) => bytes],
  ] as const)('for %j is sent as %s', async (accepted, encoding, unpack) => {
    const answer = await fetchBytes('/assets/main-1a2b.js', accepted);
    expect(answer.encoding).toBe(encoding);
    expect(unpack(answer.bytes).toString()).toBe(script);
    expect(answer.vary).toContain('Accept-Encoding');
  });

  test('that the build has not compressed is sent as it is', async () => {
    const answer = await fetchBytes('/assets/geist-3c4d.woff2', 'br, gzip');
    expect([answer.encoding, [...answer.bytes]]).toEqual([undefined, [1, 2, 3]]);
    expect(answer.vary).not.toContain('Accept-Encoding');
  });

  test('has its headers by HEAD, without its bytes', async () => {
    const answer = await get('/assets/main-1a2b.js', {}, 'HEAD');
    expect([answer.status, answer.headers['content-length'], answer.body]).toEqual([
      200,
      String(script.length),
      '',
    ]);
  });

  test.each(['/', '/assets/main-1a2b.js'])('takes no POST: %s', async (path) => {
    const answer = await get(path, html, 'POST');
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD']);
  });
});

/** An answer with its bytes unchanged. */
async function fetchBytes(path: string, accepted: string) {
  // `send` reads texts: latin1 preserves bytes, utf8 does not.
  const { request } = await import('node:http');
  return new Promise<{ bytes: Buffer; encoding: string | undefined; vary: string }>((resolve, reject) => {
    const options = { host: '127.0.0.1', port: server.port, path, agent: false };
    request({ ...options, headers: { 'accept-encoding': accepted } }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('end', () =>
        resolve({
          bytes: Buffer.concat(chunks),
          encoding: res.headers['content-encoding'],
          vary: String(res.headers.vary),
        }),
      );
    })
      .on('error', reject)
      .end();
  });
}

describe('is 404 and no page:', () => {
  test.each([
    ['a script of an older build', '/assets/main-0000.js'],
    ['the folder of scripts', '/assets/'],
    ['a file that browsers ask for', '/favicon.ico'],
    ['a file of scanners', '/.env'],
    ['what is below the API', '/graphql/x'],
    ['what is below the health', '/health/x'],
    ['an export without its name', '/exports/'],
    ['a compressed form', '/theme.js.br'],
    ['a path outside', '/assets/../../package.json'],
  ])('%s', async (_what, path) => {
    const answer = await get(path, html);
    expect([answer.status, isHtml(answer)]).toEqual([404, false]);
    expect(errorOf(answer).code).toBe('NOT_FOUND');
  });

  test.each(['/x/lark', '/index', '/assets/main-0000.js'])('%s, when no page is asked for', async (path) => {
    for (const accept of ['*/*', 'application/json', 'text/css']) {
      expect((await get(path, { accept })).status).toBe(404);
    }
  });
});

test('nothing outside the folder, and nothing hidden in it, can be asked for', async () => {
  const outside = [
    '/.vite/manifest.json',
    '/../package.json',
    '/%2e%2e/package.json',
    '/assets/..%2f..%2fpackage.json',
    '//etc/passwd',
    '/..\\x',
  ];
  for (const path of outside) {
    for (const accept of ['*/*', 'text/html']) {
      const { body, status } = await get(path, { accept });
      expect(status === 404 || body === page).toBe(true);
    }
  }
});

test('what changes in the folder after the start is not seen', async () => {
  await writeFile(join(folder, 'late.js'), 'late');
  expect((await get('/late.js')).status).toBe(404);
});

test('a dashboard that is not built says how to build it, and the API goes on', async () => {
  const bare = await serve(app, { dashboard: await readDashboard(join(folder, 'none')) });
  const answer = await get('/x/lark', html, 'GET', bare);
  expect([answer.status, isHtml(answer), answer.headers['cache-control']]).toEqual([503, true, 'no-store']);
  expect(answer.body).toContain('npm run build');
  expect((await get('/assets/main-1a2b.js', html, 'GET', bare)).status).toBe(404);
  expect((await get('/graphql?query={__typename}', {}, 'GET', bare)).status).toBe(200);
});

test('without a dashboard there are no pages', async () => {
  const alone = await serve(app);
  expect((await get('/', html, 'GET', alone)).headers.location).toBe('/graphql');
  expect((await get('/x/lark', html, 'GET', alone)).status).toBe(404);
});

test('pages and files need no key, and the API goes on asking for one', async () => {
  await makeKey(db, 'read');
  const { access } = await openKeys(db);
  const closed = await serve(app, { access, dashboard: await readDashboard(folder) });
  for (const path of ['/', '/x/lark', '/assets/main-1a2b.js', '/theme.js']) {
    expect((await get(path, html, 'GET', closed)).status).toBe(200);
  }
  expect((await get('/graphql?query={__typename}', {}, 'GET', closed)).status).toBe(401);
});

test('a page is refused under a name that is not allowed, as everything is', async () => {
  expect((await get('/', { ...html, host: 'evil.example' })).status).toBe(403);
});

test('pages and files are counted together, without their paths', async () => {
  const counted = await serve(app, { dashboard: await readDashboard(folder) });
  for (const path of ['/', '/x/a', '/x/b', '/assets/main-1a2b.js', '/theme.js'])
    await get(path, html, 'GET', counted);
  for (const path of ['/assets/none.js', '/nothing.txt']) await get(path, html, 'GET', counted);
  expect(counted.server.requests.facts).toEqual([
    { route: 'dashboard', status: '2xx', count: 5 },
    { route: 'other', status: '4xx', count: 2 },
  ]);
});
