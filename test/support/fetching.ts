import type { Sql } from 'postgres';
import type { Database } from '../../src/db/client.ts';
import type { Fetching } from '../../src/jobs/fetching.ts';
import type { JobQueue } from '../../src/jobs/queue.ts';
import { loadConfig } from '../../src/config.ts';
import { type Chain, openChain } from '../../src/fetch/chain.ts';
import { openFetching } from '../../src/fetch/fetching.ts';
import { createFetchService, type FetchService } from '../../src/fetch/service.ts';
import { openSpending } from '../../src/fetch/spending.ts';
import type { Source } from '../../src/providers/able.ts';
import { configuredProviders } from '../../src/providers/configured.ts';
import { type FetchProviderName, fetchProviderNames } from '../../src/providers/fetch-provider.ts';
import type { ProviderConfig } from '../../src/providers/provider-config.ts';
import { type FakeSocialData, startFakeSocialData } from './fake-socialdata.ts';
import { type FakeXApi, startFakeXApi } from './fake-x-api.ts';
import { type FakeXWeb, startFakeXWeb } from './fake-x-web.ts';
import { postsOf, type XPost, type XUser, xTimeOf } from './fake-x-world.ts';
import { quiet } from './worker.ts';
import { afterwards } from './afterwards.ts';

/** The account that is fetched. */
export const lark: XUser = {
  id: '4242',
  handle: 'lark',
  name: 'Lark',
  followers: 1_000,
  following: 10,
  joinedAt: Date.UTC(2012, 0, 1),
};

export type World = { readonly users: readonly XUser[]; readonly posts: readonly XPost[] };

/** Posts of the last hours, newest first. */
export const recentPosts = (count: number, everyMs = 60_000): XPost[] =>
  postsOf(lark.id, count, { newestAt: Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000, everyMs });

/** The three X services with one world. */
export type Services = {
  readonly xApi: FakeXApi;
  readonly socialData: FakeSocialData;
  readonly xWeb: FakeXWeb;
  setPosts(posts: readonly XPost[]): void;
  setUsers(users: readonly XUser[]): void;
};

const cookies = { auth_token: 'a'.repeat(40), ct0: 'c'.repeat(32) };

export async function startServices(
  world: World,
  options: { readonly windowMs?: number; readonly timelineLimit?: number } = {},
): Promise<Services> {
  const { windowMs, timelineLimit } = options;
  const xApi = await startFakeXApi({
    ...world,
    ...(windowMs === undefined ? {} : { windowMs }),
    ...(timelineLimit === undefined ? {} : { limits: { timeline: timelineLimit } }),
  });
  const socialData = await startFakeSocialData({
    users: world.users.map(plainUser),
    posts: world.posts.map(plainPost),
    requestsPerMinute: 100_000,
  });
  const xWeb = await startFakeXWeb({
    users: world.users.map(webUser),
    posts: world.posts.map(webPost),
    cookies,
  });
  afterwards(async () => {
    await Promise.all([xApi.close(), socialData.close(), xWeb.close()]);
  });
  return {
    xApi,
    socialData,
    xWeb,
    setPosts(posts) {
      xApi.setPosts(posts);
      socialData.setPosts(posts.map(plainPost));
      xWeb.setPosts(posts.map(webPost));
    },
    setUsers(changed) {
      xApi.setUsers(changed);
      xWeb.setUsers(changed.map(webUser));
    },
  };
}

/** The configuration for the services; only the named providers are set up. */
export function configOf(
  services: Services,
  names: readonly FetchProviderName[],
  environment: Readonly<Record<string, string>> = {},
): ProviderConfig {
  return loadConfig(environmentOf(services, names, environment)).providers;
}

export function environmentOf(
  services: Services,
  names: readonly FetchProviderName[],
  environment: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return {
    ...(names.includes('X_API') ? { X_BEARER_TOKEN: services.xApi.token } : {}),
    ...(names.includes('SOCIALDATA') ? { SOCIALDATA_API_KEY: 'test-key' } : {}),
    ...(names.includes('X_SCRAPER') ? { X_SCRAPER: 'on' } : {}),
    X_API_URL: services.xApi.url,
    SOCIALDATA_URL: services.socialData.url,
    X_SCRAPER_URL: services.xWeb.url,
    X_SCRAPER_COOKIES: `auth_token=${cookies.auth_token}; ct0=${cookies.ct0}`,
    X_SCRAPER_SPACING_MS: '0',
    X_PROVIDERS: names.join(','),
    ...environment,
  };
}

/** A provider that supports every request. */
export const ableSource = (name: FetchProviderName): Source => ({ name, obstacle: () => null });

/** The service that starts fetches; all providers are allowed. */
export const fetchService = (db: Database, queue: JobQueue): FetchService =>
  createFetchService(db, queue, {
    providers: fetchProviderNames.map(ableSource),
    refreshAfterMs: 900_000,
    log: quiet,
  });

/** Pauses are short, but an opened circuit stays open longer than a test. */
export const circuit = { backoffMs: 5, openMs: 600_000 };

/** The fetching part of a worker with that configuration. */
export const fetchingOf = ({ sql }: Database, queue: JobQueue, config: ProviderConfig): Fetching =>
  openFetching({ sql, queue, chain: chainOf(sql, config) });

/** A chain with that circuit. */
export function chainOf(sql: Sql, config: ProviderConfig): Chain {
  return openChain({
    providers: configuredProviders(config),
    spending: openSpending(sql, config),
    log: quiet,
    // Read each time, since a test may advance the clock.
    now: () => Date.now(),
    circuit,
  });
}

function plainUser({ id, handle, reportedPosts, state }: XUser) {
  return {
    id,
    handle,
    wire: {
      ...(reportedPosts === undefined ? {} : { statuses_count: reportedPosts }),
      ...(state === 'protected' ? { protected: true } : {}),
    },
  };
}

function plainPost({ id, authorId, text, metrics, replyTo, repostOf, quoteOf }: XPost) {
  return {
    id,
    by: authorId,
    text,
    at: xTimeOf(id),
    ...(replyTo ? { replyTo: replyTo.postId } : {}),
    ...(repostOf ? { repostOf } : {}),
    ...(quoteOf ? { quotes: quoteOf } : {}),
    ...(metrics?.likes === undefined ? {} : { likes: metrics.likes }),
  };
}

function webUser({ id, handle, name, followers, following, reportedPosts, state, joinedAt }: XUser) {
  return {
    id,
    handle,
    ...(name === undefined ? {} : { name }),
    ...(followers === undefined ? {} : { followers }),
    ...(following === undefined ? {} : { following }),
    ...(reportedPosts === undefined ? {} : { reportedPosts }),
    ...(joinedAt === undefined ? {} : { joinedAt }),
    ...(state === 'suspended' ? { suspended: true } : {}),
    ...(state === 'protected' ? { protected: true } : {}),
  };
}

function webPost(post: XPost) {
  const { id, authorId, text, metrics, replyTo, repostOf, quoteOf, versions } = post;
  return {
    id,
    ...(versions ? { editOf: versions } : {}),
    userId: authorId,
    text,
    ...(metrics?.likes === undefined ? {} : { likes: metrics.likes }),
    ...(metrics?.reposts === undefined ? {} : { reposts: metrics.reposts }),
    ...(metrics?.replies === undefined ? {} : { replies: metrics.replies }),
    ...(metrics?.quotes === undefined ? {} : { quotes: metrics.quotes }),
    ...(replyTo ? { replyTo: replyTo.postId } : {}),
    ...(repostOf ? { repostOf } : {}),
    ...(quoteOf ? { quoteOf } : {}),
  };
}
