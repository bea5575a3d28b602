import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openHelix } from '../../../../src/providers/twitch-helix/channels.ts';
import { type FakeTwitchHelix, openFakeTwitchHelix } from '../../../support/fake-twitch-helix.ts';
import type { HelixError } from '../../../../src/providers/twitch-helix/errors.ts';

const { signal } = new AbortController();

function open(fake: FakeTwitchHelix, options: Partial<Parameters<typeof openHelix>[0]> = {}) {
  return openHelix({
    clientId: 'client',
    clientSecret: 'secret',
    helixUrl: `${fake.url}/helix`,
    authUrl: `${fake.url}/oauth2`,
    timeoutMs: 5_000,
    now: Date.now,
    ...options,
  });
}

const live = {
  id: '40944725612',
  title: 'Hello',
  category: 'Chess',
  startedAt: '2026-11-21T10:00:00Z',
  viewers: 1_234,
};

describe("Twitch's API", () => {
  test('returns channels by id and by login, their followers, and which are live', async () => {
    const fake = await openFakeTwitchHelix();
    fake.add({ id: '1', login: 'ada', displayName: 'Ada', followers: 42, live });
    fake.add({ id: '2', login: 'bob', live: null });
    const helix = open(fake);
    const profiles = await helix.profiles({ ids: ['1'], logins: ['bob', 'nobody'] }, signal);
    expect(profiles.map(({ platformId, handle, displayName }) => [platformId, handle, displayName])).toEqual([
      ['1', 'ada', 'Ada'],
      ['2', 'bob', 'bob'],
    ]);
    expect(await helix.followers('1', signal)).toBe(42);
    expect(await helix.live(['1', '2'], signal)).toEqual([
      {
        channelId: '1',
        broadcastId: '40944725612',
        title: 'Hello',
        category: 'Chess',
        startedAt: Date.parse('2026-11-21T10:00:00Z'),
        viewers: 1_234,
      },
    ]);
  });

  test('asks for a hundred channels at once', async () => {
    const fake = await openFakeTwitchHelix();
    const ids = Array.from({ length: 250 }, (_, n) => String(n + 1));
    for (const id of ids) fake.add({ id, login: `channel${id}`, live: { ...live, id } });
    expect(await open(fake).live(ids, signal)).toHaveLength(250);
    expect(fake.asked).toHaveLength(3);
  });

  test('asks for one token, however many want one, and for another before it expires', async () => {
    const fake = await openFakeTwitchHelix();
    fake.tokenSeconds = 3_600;
    let now = 0;
    const helix = open(fake, { now: () => now });
    await Promise.all(Array.from({ length: 20 }, () => helix.live(['1'], signal)));
    expect(fake.tokens).toBe(1);
    now = 49 * 60_000;
    await helix.live(['1'], signal);
    expect(fake.tokens).toBe(1);
    now = 51 * 60_000;
    await helix.live(['1'], signal);
    expect(fake.tokens).toBe(2);
  });

  test('gets another token when one was revoked', async () => {
    const fake = await openFakeTwitchHelix();
    fake.add({ id: '1', login: 'ada', followers: 7 });
    const helix = open(fake);
    await helix.followers('1', signal);
    fake.revokeAll();
    expect(await helix.followers('1', signal)).toBe(7);
    expect(fake.tokens).toBe(2);
  });

  test('asks again after a failure, and says so when it persists', async () => {
    const fake = await openFakeTwitchHelix();
    fake.add({ id: '1', login: 'ada', followers: 7 });
    const helix = open(fake);
    fake.failures.push(503);
    expect(await helix.followers('1', signal)).toBe(7);
    fake.failures.push(500, 500, 500);
    await expect(helix.followers('1', signal)).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
  });

  test('asks nothing while its points are used up, and says until when', async () => {
    const fake = await openFakeTwitchHelix();
    let now = 1_000_000;
    fake.points = 2;
    fake.resetAt = 1_030;
    const helix = open(fake, { now: () => now });
    await helix.followers('1', signal);
    await helix.followers('1', signal);
    await expect(helix.followers('1', signal)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAt: new Date(1_030_000),
    });
    expect(fake.asked).toHaveLength(2);
    fake.points = null;
    now = 1_031_000;
    await helix.followers('1', signal);
    fake.failures.push(429);
    await expect(helix.followers('1', signal)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('says which variables are wrong when Twitch refuses them', async () => {
    const fake = await openFakeTwitchHelix();
    const helix = open(fake, { clientSecret: 'wrong' });
    const refused = await helix.live(['1'], signal).catch((error: HelixError) => [error.code, error.message]);
    expect(refused).toEqual([
      'PROVIDER_NOT_CONFIGURED',
      'Twitch refused TWITCH_CLIENT_ID with TWITCH_CLIENT_SECRET',
    ]);
  });

  const recorded = join(process.env.REAL_DATA ?? '', 'recorded/twitch-helix/users.json');
  test.runIf(existsSync(recorded))('reads what Twitch answered when it was recorded', async () => {
    const fake = await openFakeTwitchHelix();
    fake.answer = (request, response) => {
      const url = request.url ?? '';
      const name = url.includes('/users')
        ? 'users'
        : url.includes('/streams')
          ? 'streams'
          : 'channels_followers';
      const file = join(process.env.REAL_DATA ?? '', `recorded/twitch-helix/${name}.json`);
      response.end(
        url.includes('/token')
          ? JSON.stringify({ access_token: 'token', expires_in: 5_000 })
          : readFileSync(file, 'utf8'),
      );
    };
    const helix = open(fake);
    expect(await helix.profiles({ ids: ['141981764'], logins: [] }, signal)).toMatchObject([
      { handle: 'twitchdev', displayName: 'TwitchDev' },
    ]);
    expect((await helix.live(['1'], signal)).length).toBeGreaterThan(0);
    expect(await helix.followers('1', signal)).toBeGreaterThanOrEqual(0);
  });
});
