import { graphql } from '../../gql/gql.ts';
import { toTimeRange } from '../search-params/range.ts';
import { browserZone } from '../search-params/zone.ts';

/** The whole start page in one request: the most recently updated streams, open jobs, and the server's capabilities. */
export const StartPage = graphql(`
  query StartPage($range: TimeRange!, $zone: TimeZone!, $streams: Int!) {
    streams(first: $streams, orderBy: UPDATED) {
      nodes {
        id
        ...RecentStream
      }
      pageInfo {
        hasNextPage
      }
    }
    running: jobs(state: RUNNING, first: 5) {
      totalCount
      nodes {
        id
        state
        kind
        createdAt
        ...JobRow
      }
    }
    queued: jobs(state: QUEUED, first: 5) {
      totalCount
      nodes {
        id
        state
        kind
        createdAt
        ...JobRow
      }
    }
    system {
      hasDemo
      limits {
        uploadMaxBytes
      }
      ...QuoteBudgets
      ...NoProvider
    }
  }
`);

/** The variables of `StartPage` with so many streams. */
export function startVariables(streams: number) {
  return { range: toTimeRange('30d', browserZone, Date.now()) ?? {}, zone: browserZone, streams };
}

/** How many streams the page shows at first, and at most. */
export const streamCounts = [20, 100, 200] as const;
