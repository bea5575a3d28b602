import { useCallback, useMemo, useState } from 'react';
import { useClient, useQuery } from 'urql';
import { graphql } from '../../gql/gql.ts';
import type { JobListQuery } from '../../gql/graphql.ts';
import { type Problem, problemOf } from '../api/errors.ts';
import { type ChangedJob, useJobChanges, useJobTransitions } from './changes.ts';
import { JobList, type JobSearch, jobListVariables } from './list-query.ts';
import { changesSince, mergeJobs } from './merge.ts';
import { useListedAt } from './use-listed-at.ts';

const MoreJobs = graphql(`
  query MoreJobs($state: JobState, $kind: JobKind, $first: Int!, $after: String!) {
    jobs(state: $state, kind: $kind, first: $first, after: $after) {
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
  }
`);

type Later = {
  readonly of: object;
  readonly nodes: readonly ChangedJob[];
  readonly pageInfo: JobListQuery['jobs']['pageInfo'];
};

/** The jobs of a search, newest first, as many as were loaded by scrolling; kept up to date. */
export function useJobList(search: JobSearch) {
  const client = useClient();
  const { state, kind } = search;
  const variables = useMemo(() => jobListVariables({ state, kind }), [state, kind]);
  const [{ data, error, fetching }, ask] = useQuery({ query: JobList, variables });
  const [later, setLater] = useState<Later | null>(null);
  const [more, setMore] = useState<'idle' | 'loading' | Problem>('idle');
  const changes = useJobChanges();
  const refetch = () => ask({ requestPolicy: 'network-only' });
  const listedAt = useListedAt(JobList, variables);

  // Pages loaded for another search do not belong to this list.
  const rest = later?.of === variables ? later : null;
  const pageInfo = rest?.pageInfo ?? data?.jobs.pageInfo;
  const hasMore = pageInfo?.hasNextPage ?? false;
  const jobs = useMemo(() => {
    const first: readonly ChangedJob[] = data?.jobs.nodes ?? [];
    const ids = new Set(first.map(({ id }) => id));
    const loaded = [...first, ...(rest?.nodes.filter(({ id }) => !ids.has(id)) ?? [])];
    // Only the first page is requested again.
    const last = data?.jobs.pageInfo.hasNextPage === true ? first.at(-1)?.createdAt : undefined;
    const news = changesSince(changes, listedAt, ({ createdAt }) => last !== undefined && createdAt < last);
    return mergeJobs(loaded, news, { state: state ?? null, kind: kind ?? null }, hasMore);
  }, [data, rest, changes, listedAt, state, kind, hasMore]);

  const loadMore = useCallback(async () => {
    if (pageInfo?.endCursor == null || !pageInfo.hasNextPage || more === 'loading') return;
    setMore('loading');
    const answer = await client
      .query(MoreJobs, { ...variables, after: pageInfo.endCursor }, { requestPolicy: 'network-only' })
      .toPromise();
    const page = answer.data?.jobs;
    if (page === undefined) {
      setMore(problemOf(answer.error) ?? 'idle');
      return;
    }
    setMore('idle');
    setLater((before) => ({
      of: variables,
      nodes: [...(before?.of === variables ? before.nodes : []), ...page.nodes],
      pageInfo: page.pageInfo,
    }));
  }, [client, variables, pageInfo, more]);

  useJobTransitions(changes, refetch);
  const problem = problemOf(error);
  return {
    data: data ?? null,
    jobs,
    fetching,
    problem: data === undefined ? problem : null,
    refetch,
    hasMore,
    more,
    loadMore: () => void loadMore(),
  };
}
