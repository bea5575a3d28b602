import { graphql } from '../../gql/gql.ts';

/** What is above the fold of a channel's page. */
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
 * The rest of a channel's page. Moments, shares, viewers and events stand for themselves: a range with too many minutes or messages is
 * refused, and the other cards are to have their answer all the same.
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
    excited: channel(login: $login) {
      id
      moments(range: $range, first: 20) {
        ...ChatMoment
      }
    }
    written: channel(login: $login) {
      id
      chat(range: $range, timeZone: $zone) {
        ...ChatShares
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

/** Collects the chat of a channel. */
export const CollectChat = graphql(`
  mutation CollectThisChat($login: String!) {
    collectChat(login: $login) {
      ...StreamJob
    }
  }
`);
