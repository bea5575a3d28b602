import { graphql } from '../../gql/gql.ts';

/** One job with all details. */
export const JobDetail = graphql(`
  query JobDetail($id: ID!) {
    job(id: $id) {
      ...JobWhole
    }
  }
`);

/** Changes of one job; completes when the job ends. */
export const JobDetailChanges = graphql(`
  subscription JobDetailChanges($id: ID!) {
    jobProgress(id: $id) {
      ...JobWhole
    }
  }
`);

export const JobWholeFragment = graphql(`
  fragment JobWhole on Job {
    id
    kind
    state
    subject
    provider
    attempts
    createdAt
    startedAt
    finishedAt
    stream {
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
    progress {
      at
      rejected
    }
    error {
      code
    }
    ...JobButtons
    ...JobNow
    ...JobFacts
    ...JobError
    ...JobEvents
    ...JobRejections
    ...JobDownload
  }
`);
