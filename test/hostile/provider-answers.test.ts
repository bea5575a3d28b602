import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { FetchProvider, FetchTarget } from '../../src/providers/fetch-provider.ts';
import { fetchProviderNames } from '../../src/providers/fetch-provider.ts';
import { ProviderError } from '../../src/providers/provider-error.ts';
import { lark, recentPosts, startServices } from '../support/fetching.ts';
import { clientOf, type Gateway, sendJson, startGateway } from '../support/provider-gateway.ts';
import { accountOf, anew, serviceUrlOf } from '../support/hostile-provider.ts';

const services = await startServices({ users: [lark], posts: recentPosts(30) });
const timeline: FetchTarget = { kind: 'timeline', account: accountOf(lark) };

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void; // safe: the flag above makes it one

const page = (provider: FetchProvider) =>
  provider.page(timeline, anew, { signal: new AbortController().signal });

async function failureOf(provider: FetchProvider): Promise<ProviderError> {
  const outcome = await page(provider).then(
    ({ posts }) => `a page of ${posts.length} posts`,
    (error: unknown) => error,
  );
  if (!(outcome instanceof ProviderError)) throw new Error(`no ProviderError but ${String(outcome)}`);
  return outcome;
}

/** Writes for ever, until the client disconnects. Returns how many bytes were received. */
async function writeForEver(response: ServerResponse, chunk: Buffer, pauseMs = 0): Promise<number> {
  let written = 0;
  while (!response.destroyed) {
    const isRoom = response.write(chunk);
    written += chunk.length;
    if (pauseMs > 0) await sleep(pauseMs);
    else if (!isRoom) {
      await new Promise<void>((go) => {
        response.removeAllListeners('drain').once('drain', go);
        response.removeAllListeners('close').once('close', go);
      });
    }
  }
  return written;
}

const packed = {
  gzip: gzipSync(Buffer.alloc(64_000_000, ' ')),
  deflate: deflateSync(Buffer.alloc(64_000_000, ' ')),
  br: brotliCompressSync(Buffer.alloc(64_000_000, ' '), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
};

const tooLarge = /8000000/;
const attacks: readonly (readonly [string, Gateway['behave'], RegExp])[] = [
  ...Object.entries(packed).map(
    ([encoding, body]) =>
      [
        `64 MB packed by ${encoding}`,
        (response: ServerResponse) =>
          void response.writeHead(200, { 'content-encoding': encoding }).end(body),
        tooLarge,
      ] as const,
  ),
  [
    'a promise of 3 GB',
    (response) => void response.writeHead(200, { 'content-length': '3000000000' }).write('{'),
    tooLarge,
  ],
  [
    'a body without end',
    async (response) => void (await writeForEver(response, Buffer.alloc(65_536, ' '))),
    tooLarge,
  ],
  [
    'a body that trickles',
    async (response) => void (await writeForEver(response, Buffer.from(' '), 20)),
    /no complete answer within 1000 ms/,
  ],
  [
    'a thousand layers of packing',
    (response) => {
      response.writeHead(200, { 'content-encoding': Array(1_000).fill('gzip').join(',') }).end(packed.gzip);
    },
    /unknown content encoding/,
  ],
  [
    'six layers of packing, cut off',
    (response) => {
      response.writeHead(200, { 'content-encoding': Array(6).fill('gzip').join(',') });
      response.write(packed.gzip, () => response.socket?.resetAndDestroy());
    },
    /unknown content encoding|connection failed/,
  ],
  [
    'headers without end',
    async (_response, request) => {
      const { socket } = request;
      socket.write('HTTP/1.1 200 OK\r\n');
      while (!socket.destroyed) {
        socket.write(`x-more: ${'x'.repeat(1_000)}\r\n`);
        await sleep(1);
      }
    },
    /headers of more than 16 kB/,
  ],
  ['nesting of a million lists', (response) => sendJson(response, '['.repeat(1e6)), /deeper than 100/],
  [
    'nesting of a million objects',
    (response) => sendJson(response, `${'{"a":'.repeat(1e6)}1${'}'.repeat(1e6)}`),
    /deeper than 100/,
  ],
];

describe.each(fetchProviderNames)('%s', async (name) => {
  const gateway = await startGateway(serviceUrlOf(services, name));
  const handsThrough = gateway.behave;
  const client = (environment: Readonly<Record<string, string>> = {}) =>
    clientOf(services, name, gateway, { PROVIDER_TIMEOUT_MS: '1000', ...environment });

  test.each(attacks)(
    'reports %s as an error that names the limit, and continues',
    async (_, attack, says) => {
      gateway.behave = attack;
      const provider = client({ PROVIDER_TIMEOUT_MS: says === tooLarge ? '60000' : '1000' });
      const failure = await failureOf(provider);
      expect(failure).toMatchObject({ provider: name, code: 'PROVIDER_UNAVAILABLE' });
      expect(failure.message).toMatch(says);
      gateway.behave = handsThrough;
      expect((await page(client({ PROVIDER_TIMEOUT_MS: '60000' }))).posts).not.toHaveLength(0);
    },
  );

  test('reads no more of an endless answer than the limit, and releases its memory', async () => {
    let taken = 0;
    gateway.behave = async (response) => {
      taken += await writeForEver(response, Buffer.alloc(65_536, ' '));
    };
    const provider = client({ PROVIDER_TIMEOUT_MS: '60000' });
    const used = () => {
      collectGarbage();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    await failureOf(provider);
    const before = used();
    for (let times = 0; times < 5; times += 1) await failureOf(provider);
    await expect.poll(() => used() - before).toBeLessThan(16_000_000);
    // The bytes within the limit, and those in the buffers of the sockets.
    expect(taken).toBeLessThan(6 * 32_000_000);
  });

  test('does not follow a redirect with its key', async () => {
    const elsewhere = await startGateway('http://127.0.0.1:1');
    gateway.behave = (response) => void response.writeHead(302, { location: elsewhere.url }).end();
    expect(await failureOf(client())).toMatchObject({ provider: name, code: 'PROVIDER_UNAVAILABLE' });
    expect(elsewhere.requests).toBe(0);
  });

  test.each(['Tue, 01 Jan +275760 00:00:00 GMT', '1e300', '-1', '99999999999999', 'NaN'])(
    'a rate limit that ends at %s is treated as one of a known length',
    async (reset) => {
      gateway.behave = (response) => {
        response.writeHead(429, { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': reset }).end('{}');
      };
      const { code, retryAt } = await failureOf(client());
      expect(code).toBe('RATE_LIMITED');
      expect(Math.abs((retryAt?.getTime() ?? 0) - Date.now())).toBeLessThan(33 * 86_400_000);
    },
  );

  test('shows no secret that a gateway echoes', async () => {
    const secrets = {
      X_BEARER_TOKEN: 'bearer%2Ftoken%3D-of-the-test-0123456789',
      SOCIALDATA_API_KEY: 'socialdata|key"of\\the/test-0123456789',
      X_SCRAPER_COOKIES: 'auth_token=cookie-auth-of-the-test-01234567; ct0=cookie-ct0-of-the-test-0123456',
    };
    const provider = client(secrets);
    const said = (request: IncomingMessage) => {
      const { authorization = '', cookie = '' } = request.headers;
      const both = `${authorization} ${cookie}`;
      return [both, encodeURIComponent(both), Buffer.from(both).toString('base64'), both.slice(0, 60)].join(
        ' ',
      );
    };
    for (const status of [200, 400, 401, 402, 403, 404, 422, 500]) {
      gateway.behave = (response, request) => {
        const message = said(request);
        response.writeHead(status, { 'content-type': 'application/json' }).end(
          JSON.stringify({
            status: 'error',
            message,
            title: message,
            detail: message,
            errors: [{ message, parameters: { query: [] } }],
          }),
        );
      };
      const failure = await failureOf(provider);
      const told = `${failure.message}\n${failure.stack}`;
      expect(told).not.toMatch(/of-the-test|of\\+the\/test|0123456/);
      for (const secret of Object.values(secrets)) {
        expect(told).not.toContain(Buffer.from(secret).toString('base64').slice(4, 24));
      }
    }
  });
});

test('a robots.txt that redirects for ever, or never ends, forbids everything for now', async () => {
  const gateway = await startGateway(services.xWeb.url);
  for (const attack of [
    (response: ServerResponse) => void response.writeHead(302, { location: '/robots.txt' }).end(),
    async (response: ServerResponse) => void (await writeForEver(response, Buffer.alloc(65_536, '#'))),
  ]) {
    gateway.behave = attack;
    const provider = clientOf(services, 'X_SCRAPER', gateway, { X_SCRAPER_ROBOTS: 'respect' });
    expect((await failureOf(provider)).message).toMatch(/robots\.txt cannot be read/);
  }
});
