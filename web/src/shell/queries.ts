import { graphql } from '../../gql/gql.ts';

/** The streams of the sidebar, with a sparkline of the last 30 days. */
export const SidebarStreams = graphql(`
  query SidebarStreams($range: TimeRange!, $zone: TimeZone!) {
    streams(first: 12, orderBy: UPDATED) {
      nodes {
        __typename
        id
        title
        platform
        ... on Account {
          handle
        }
        ... on Topic {
          query
        }
        stats(range: $range, timeZone: $zone) {
          series(interval: DAY) {
            values
          }
        }
      }
    }
    jobs(state: RUNNING, first: 1) {
      totalCount
    }
  }
`);

/** Every change of a job, after which the number of running jobs is requested again. */
export const AnyJobChanged = graphql(`
  subscription AnyJobChanged {
    jobChanged {
      id
      state
    }
  }
`);

/** The streams whose name contains the text in the palette. */
export const PaletteStreams = graphql(`
  query PaletteStreams($search: String!) {
    streams(search: $search, first: 8) {
      nodes {
        __typename
        id
        title
        ... on Account {
          handle
        }
        ... on Topic {
          query
        }
      }
    }
  }
`);
