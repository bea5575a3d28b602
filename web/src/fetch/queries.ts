import { graphql } from '../../gql/gql.ts';

/** The cost of fetching an account, for each provider that can do it. */
export const AccountQuote = graphql(`
  query AccountQuote($handle: String!, $full: Boolean!) {
    fetchQuote(handle: $handle, full: $full) {
      provider
      posts
      requests
      usd
      seconds
      note
    }
  }
`);

/** The cost of searching for a topic. */
export const TopicQuote = graphql(`
  query TopicQuote($query: String!) {
    fetchQuote(query: $query) {
      provider
      posts
      requests
      usd
      seconds
      note
    }
  }
`);

/** Fetches an account. */
export const FetchAccount = graphql(`
  mutation FetchThisAccount($handle: String!, $full: Boolean!) {
    fetchAccount(handle: $handle, full: $full) {
      ...StreamJob
    }
  }
`);

/** Fetches a topic. */
export const FetchTopic = graphql(`
  mutation FetchThisTopic($query: String!) {
    fetchTopic(query: $query) {
      ...StreamJob
    }
  }
`);

/** Stops a job. */
export const CancelJob = graphql(`
  mutation CancelThisJob($id: ID!) {
    cancelJob(id: $id) {
      ...StreamJob
    }
  }
`);

/** Refreshes a stream on a schedule. */
export const Track = graphql(`
  mutation TrackThis($stream: ID!, $every: Duration!) {
    track(stream: $stream, every: $every) {
      id
      tracking {
        every
        nextAt
      }
    }
  }
`);

/** Ends the schedule. */
export const Untrack = graphql(`
  mutation UntrackThis($stream: ID!) {
    untrack(stream: $stream) {
      id
      tracking {
        every
        nextAt
      }
    }
  }
`);

/** A job as shown on a stream's page. */
export const StreamJobFragment = graphql(`
  fragment StreamJob on Job {
    id
    kind
    state
    subject
    stream {
      id
    }
    progress {
      message
      fetched
      inserted
      updated
      fraction
      postsPerSecond
      remainingSeconds
      waitingUntil
      at
    }
    error {
      code
      message
      retryAt
    }
  }
`);

/** Every change of a job; the page shows those of its stream. */
export const StreamJobs = graphql(`
  subscription StreamJobs {
    jobChanged {
      ...StreamJob
    }
  }
`);

/** The current state of the page's job. */
export const StreamJobNow = graphql(`
  query StreamJobNow($id: ID!) {
    job(id: $id) {
      ...StreamJob
    }
  }
`);
