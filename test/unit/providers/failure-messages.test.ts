import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ChainError } from '../../../src/fetch/chain.ts';
import type { FetchProviderName } from '../../../src/providers/fetch-provider.ts';
import type { ProviderError } from '../../../src/providers/provider-error.ts';
import { failure as failSocialData, notUnderstood } from '../../../src/providers/socialdata/failure.ts';
import * as xApi from '../../../src/providers/x-api/failures.ts';
import * as scraper from '../../../src/providers/x-scraper/failures.ts';

/** All ways to write a provider's name; names of environment variables continue with an underscore or a sign. */
const itsName: Readonly<Record<FetchProviderName, RegExp>> = {
  X_API: /\b(X API|X_API)\b(?![_=])/i,
  SOCIALDATA: /\b(SocialData)\b(?![_=.])/i,
  X_SCRAPER: /\b(X_SCRAPER|X scraper)\b(?![_=])/i,
};

const statuses = [302, 400, 401, 402, 403, 404, 408, 409, 418, 420, 429, 500, 503];
const now = Date.UTC(2026, 10, 21);
const problem = (type: string, detail: string) => ({
  title: null,
  detail,
  type: `https://api.x.com/2/problems/${type}`,
  resource_type: 'user',
  resource_id: null,
  value: null,
});

const failures: readonly ProviderError[] = [
  ...statuses.flatMap((status) => [
    xApi.refusal({ status, body: { detail: 'no', title: 'No' }, headers: {} }, now),
    xApi.refusal({ status, body: 'oops', headers: {} }, now),
    ...[true, false].map((loggedIn) =>
      scraper.refusal({ status, json: '', limit: { remaining: 0, resetAt: null }, loggedIn, now }),
    ),
  ]),
  xApi.temporaryFailure('fetch failed'),
  xApi.misunderstood('data: expected array, received nothing'),
  new xApi.InvalidRequestError(['query'], 'too long'),
  new xApi.InvalidRequestError([], 'no'),
  ...['resource-not-found', 'not-authorized-for-resource'].flatMap(
    (type) => xApi.accountFailure([problem(type, 'User has been suspended'), problem(type, '')]) ?? [],
  ),
  xApi.refusal({ status: 429, body: problem('usage-capped', 'spent'), headers: {} }, now),
  ...[0, 32, 50, 63, 88, 144].map((code) => scraper.refusalInside([{ code, message: 'no' }], now)),
  scraper.refusalInside([{ kind: 'Validation', message: 'too long' }], now),
  scraper.drift('data.user'),
  scraper.temporaryFailure('X could not be reached'),
  scraper.accountGone('@lark'),
  scraper.accountSuspended(),
  scraper.accountProtected('lark'),
  failSocialData('PROVIDER_UNAVAILABLE', 'NEXT', 'it refused the key'),
  notUnderstood('tweets: expected array'),
];

test('a failure names its status once', () => {
  for (const { message } of failures) {
    const told = message.match(/\b[345]\d\d\b/g) ?? [];
    expect(told.length, message).toBeLessThanOrEqual(1);
  }
});

describe('a failure reported with the name of its provider', () => {
  test('names it once', () => {
    for (const failure of failures) {
      const { message } = new ChainError([failure]);
      expect(message.startsWith(`${failure.provider}: `), message).toBe(true);
      expect(message.split(itsName[failure.provider]), message).toHaveLength(3);
    }
  });

  test.each([
    ['x-api', 'X_API'],
    ['socialdata', 'SOCIALDATA'],
    ['x-scraper', 'X_SCRAPER'],
  ] as const)('has no name of its own in any text of %s', (folder, provider) => {
    const root = new URL(`../../../src/providers/${folder}/`, import.meta.url).pathname;
    // Stored payloads are read without a chain that says whose they are.
    const files = readdirSync(root).filter((file) => file.endsWith('.ts') && file !== 'raw.ts');
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) {
      const texts = readFileSync(join(root, file), 'utf8').match(/'[^'\n]*'|`[^`]*`/g) ?? [];
      const sentences = texts.filter((text) => text.includes(' ') && !text.includes('*/'));
      expect(
        sentences.filter((text) => itsName[provider].test(text)),
        file,
      ).toEqual([]);
    }
  });
});
