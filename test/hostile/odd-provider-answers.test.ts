import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ingest } from '../../src/streams/ingest.ts';
import { recordDelivery } from '../../src/fetch/store.ts';
import {
  type FetchProvider,
  type FetchProviderName,
  fetchProviderNames,
} from '../../src/providers/fetch-provider.ts';
import { ProviderError } from '../../src/providers/provider-error.ts';
import { errorCodes, must } from '../../src/shared/errors.ts';
import type { NormalisedPost, Rejection } from '../../src/shared/post.ts';
import { lark, recentPosts, startServices } from '../support/fetching.ts';
import { accountOf, anew, mutated, mutations, serviceUrlOf } from '../support/hostile-provider.ts';
import { clientOf, startGateway } from '../support/provider-gateway.ts';
import { openStore } from '../support/store.ts';

const posts = recentPosts(8).map((post, at, all) => ({
  ...post,
  text: `post ${at} #tag https://example.org/${at}`,
  ...(at === 1 ? { replyTo: { postId: all[2]?.id ?? '', authorId: lark.id } } : {}),
}));
const services = await startServices({ users: [lark], posts });
const account = accountOf(lark);
const db = await openStore();
const [stream] = await db.sql<{ id: number }[]>`
  insert into streams (kind, platform, identity, title) values ('ACCOUNT', 'X', 'id:4242', 'lark')
  returning stream_id as id`;
const streamId = must(stream, 'it was made a moment ago').id;

type Delivered = { readonly posts: readonly NormalisedPost[]; readonly rejected: readonly Rejection[] };

/** Each kind of request to the provider. */
const calls = (provider: FetchProvider): readonly ((signal: AbortSignal) => Promise<Delivered | null>)[] => [
  (signal) => provider.page({ kind: 'timeline', account }, anew, { signal }),
  (signal) => provider.page({ kind: 'search', query: 'post' }, { ...anew, sinceId: '1' }, { signal }),
  (signal) => provider.profile(account, { signal }).then(() => null),
  ...(provider.lookupSize === null
    ? []
    : [(signal: AbortSignal) => provider.lookup([posts[0]?.id ?? ''], account, { signal })]),
];

/** The allowed results of an answer: something that can be stored, or an error of the contract. */
async function settle(name: FetchProviderName, asked: Promise<Delivered | null>): Promise<'page' | 'error'> {
  try {
    const delivered = await asked;
    if (delivered !== null) await store(name, delivered);
    return 'page';
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    expect(Object.keys(errorCodes)).toContain(error.code);
    expect(error.message.length).toBeLessThanOrEqual(2_000);
    expect(error.message).toBe(error.message.replaceAll('\0', '').toWellFormed());
    expect(error.message).not.toMatch(/test-key|secret|aaaaaaaaaaaa|cccccccccccc/);
    if (error.retryAt !== null) expect(error.retryAt.getTime()).toBeLessThan(Date.now() + 33 * 86_400_000);
    return 'error';
  }
}

async function store(provider: FetchProviderName, delivered: Delivered): Promise<void> {
  await ingest(db.sql, {
    streamId,
    platform: 'X',
    provider,
    pages: [{ account, posts: delivered.posts, rejected: delivered.rejected, cursor: '', total: null }],
    read: (post) => post,
    now: Date.now,
    onWritten: (tx) => recordDelivery(tx, job, provider, delivered.rejected),
  });
}

const job = { jobId: '00000000-0000-4000-8000-000000000000', lease: 0 } as Parameters<
  typeof recordDelivery
>[1]; // safe: no job has this id, so its row alone is missed

describe.each(fetchProviderNames)('%s', async (name) => {
  const gateway = await startGateway(serviceUrlOf(services, name));
  const signal = new AbortController().signal;
  /** Each answer has its own client, because a client that sends more than allowed would send nothing. */
  const open = () => {
    const provider = clientOf(services, name, gateway);
    return {
      provider,
      ask: (kind: number) => settle(name, must(calls(provider)[kind], 'it is a kind')(signal)),
    };
  };
  const kinds = calls(open().provider);

  test('an answer with any values gives posts that can be stored, or an error of the contract', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.nat(kinds.length - 1), mutations, async (kind, changes) => {
        gateway.behave = async (response, _request, truth) => {
          response
            .writeHead(200, { 'content-type': 'application/json' })
            .end(mutated(await truth(), changes));
        };
        seen.add(await open().ask(kind));
      }),
      { numRuns: 150 },
    );
    expect([...seen].sort()).toEqual(['error', 'page']);
  });

  test.each([
    [
      'a text of 300,000 characters',
      (json: string) => json.replace('post 0 ', 'x'.repeat(300_000)),
      /250000/,
    ],
    [
      'a count that no sum is exact with',
      (json: string) => json.replace(likes, '$1:9007199254740990'),
      /1000000000/,
    ],
  ])('a post with %s is left out and named, and the others are accepted', async (_, change, reason) => {
    gateway.behave = async (response, _request, truth) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(change(await truth()));
    };
    const page = await open().provider.page({ kind: 'timeline', account }, anew, { signal });
    expect(page.posts).toHaveLength(posts.length - 1);
    expect(page.rejected).toMatchObject([{ where: expect.stringContaining(posts[0]?.id ?? '') }]);
    expect(page.rejected[0]?.reason).toMatch(reason);
  });

  test('any bytes with any status and headers are an error of the contract', async () => {
    const bodies = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map(Buffer.from),
      fc.json().map(Buffer.from),
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(JSON.stringify({ data: text, message: text }))),
      fc.constantFrom('', 'null', '""', '[]', '{}', '\ufeff{}', '<!DOCTYPE html><p>no</p>').map(Buffer.from),
    );
    const statuses = fc.constantFrom(
      200,
      201,
      204,
      206,
      302,
      304,
      400,
      401,
      403,
      404,
      429,
      500,
      503,
      599,
      999,
    );
    const limit = fc.oneof(fc.double().map(String), fc.integer().map(String), fc.string().filter(isHeader));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(kinds.length - 1),
        statuses,
        bodies,
        limit,
        async (kind, status, body, reset) => {
          gateway.behave = (response) => {
            const headers = { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': reset };
            response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
          };
          const { provider, ask } = open();
          await ask(kind);
          // A stated limit does not prevent requests for ever.
          for (const one of ['timeline', 'search', 'profile', 'lookup'] as const) {
            expect(provider.limitedUntil(one) ?? 0).toBeLessThan(Date.now() + 33 * 86_400_000);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  test('an answer that ends early, compressed or not, is an error of the contract', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        fc.boolean(),
        async (part, isPacked) => {
          gateway.behave = async (response, _request, truth) => {
            const text = await truth();
            const body = isPacked ? gzipSync(text) : Buffer.from(text);
            response.writeHead(200, isPacked ? { 'content-encoding': 'gzip' } : {});
            response.end(body.subarray(0, Math.floor(body.length * part)));
          };
          expect(await open().ask(0)).toBe('error');
        },
      ),
      { numRuns: 30 },
    );
  });
});

/** The first post's likes, by the name that each provider has for them. */
const likes = /("like_count"|"favorite_count"):\d+/;

/** Whether the text is valid in a header. */
function isHeader(text: string): boolean {
  return /^[\x21-\x7e]*$/.test(text);
}
