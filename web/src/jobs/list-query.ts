import { graphql } from '../../gql/gql.ts';
import type { JobKind, JobState } from '../../gql/graphql.ts';

/** The first jobs of a list, the number in each state, and the queue. */
export const JobList = graphql(`
  query JobList($state: JobState, $kind: JobKind, $first: Int!) {
    jobs(state: $state, kind: $kind, first: $first) {
      totalCount
      nodes {
        id
        state
        kind
        createdAt
        ...JobRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
    queued: jobs(state: QUEUED, kind: $kind, first: 1) {
      totalCount
    }
    running: jobs(state: RUNNING, kind: $kind, first: 1) {
      totalCount
    }
    failed: jobs(state: FAILED, kind: $kind, first: 1) {
      totalCount
    }
    system {
      queue {
        waiting
        active
        delayed
        workers
      }
    }
  }
`);

/** Which jobs are listed; absent: all. */
export type JobSearch = { readonly state?: JobState | undefined; readonly kind?: JobKind | undefined };

/** The variables of the first request of a list. */
export function jobListVariables({ state, kind }: JobSearch) {
  return { state: state ?? null, kind: kind ?? null, first: pageSize };
}

/** Rows per page of the list. */
const pageSize = 40;
