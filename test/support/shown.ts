import { expect } from 'vitest';
import type { App } from '../../src/app.ts';
import type { Database } from '../../src/db/client.ts';
import { must } from '../../src/shared/errors.ts';
import { ask } from './app.ts';

/** All of a stream's data in a response, without the clock, jobs, and the version. */
const everything = `
  title platform tracking { every nextAt }
  freshness { fetchedAt stale earliestPostAt latestPostAt coverage }
  posts(first: 50) { totalCount nodes {
    platformId text createdAt collectedAt provider kind language hashtags mentions urls
    metrics { likes reposts engagement observedAt } history { likes observedAt }
    author { id handle displayName avatarUrl }
  } }
  stats(range: { from: "2025-12-31T00:00:00Z", to: "2026-01-05T00:00:00Z" }) {
    followers(interval: HOUR) { values }
  }
  all: stats { providers { provider posts collectedAt } totals { posts likesReceived } topAuthors { author { handle displayName } posts } }`;
const profile =
  'handle displayName description avatarUrl verified protected joinedAt followers following reportedPosts';

/** The API's data about a stream; nulls when there is none. */
export async function shownOf(app: App, streamId: number): Promise<unknown> {
  const global = (type: string) => Buffer.from(`${type}:${streamId}`).toString('base64');
  const { data, errors } = await ask(
    app,
    `query ($account: ID!, $topic: ID!) {
      account: node(id: $account) { ... on Account { ${profile} ${everything} } }
      topic: node(id: $topic) { ... on Topic { query ${everything} } }
    }`,
    { account: global('Account'), topic: global('Topic') },
  );
  expect(errors).toBeUndefined();
  return data;
}

/** The version of a stream, null when there is none, and the registry's version. */
export async function versionsOf(db: Database, streamId: number) {
  const [row] = await db.sql<{ version: number | null; registry: number }[]>`
    select (select version::int from streams where stream_id = ${streamId}) as version, version::int as registry
    from registry`;
  return must(row, 'a migration wrote it');
}
