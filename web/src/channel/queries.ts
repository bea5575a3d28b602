import { graphql } from '../../gql/gql.ts';

/** The data above the fold of a channel's page. */
export const ChannelAbove = graphql(`
  query ChannelAbove(
    $login: String!
    $range: TimeRange
    $zone: TimeZone!
    $step: Interval!
    $buckets: Int!
    $by: PreviousBasis!
    $compares: Boolean!
    $chatters: Boolean!
  ) {
    channel(login: $login) {
      id
      collecting
      live {
        startedAt
      }
      ...ChannelHead
      freshness {
        version
        earliestPostAt
        latestPostAt
      }
      jobs(first: 20) {
        nodes {
          id
          kind
          ...StreamJob
        }
      }
      stats(range: $range, timeZone: $zone) {
        ...ChatTotals
        ...Provenance
      }
    }
  }
`);

/**
 * The rest of a channel's page, except the parts that may be refused. Viewers and events are nullable: either may fail
 * alone.
 */
export const ChannelBelow = graphql(`
  query ChannelBelow($login: String!, $range: TimeRange, $zone: TimeZone!, $step: Interval!) {
    channel(login: $login) {
      id
      stats(range: $range, timeZone: $zone) {
        ...AuthorsCard
        ...ChatTerms
        ...HoursCard
        ...SentimentCard
      }
    }
    watched: channel(login: $login) {
      id
      ...ViewersCard
    }
    happened: channel(login: $login) {
      id
      ...ChannelEvents
    }
  }
`);

/**
 * The moments of a chat. The API refuses the whole request when a range has too many minutes, so this is a separate
 * request.
 */
export const ChannelMoments = graphql(`
  query ChannelMoments($login: String!, $range: TimeRange) {
    channel(login: $login) {
      id
      moments(range: $range, first: 20) {
        ...ChatMoment
      }
    }
  }
`);

/** The shares of a chat, which may be refused when too many chatters have to be counted. */
export const ChannelShares = graphql(`
  query ChannelShares($login: String!, $range: TimeRange, $zone: TimeZone!) {
    channel(login: $login) {
      id
      chat(range: $range, timeZone: $zone) {
        ...ChatShares
      }
    }
  }
`);

/** Collects the chat of a channel. */
export const CollectChat = graphql(`
  mutation CollectThisChat($login: String!) {
    collectChat(login: $login) {
      ...StreamJob
    }
  }
`);
