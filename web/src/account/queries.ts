import { graphql } from '../../gql/gql.ts';

/** The data above the fold of an account's page. */
export const AccountAbove = graphql(`
  query AccountAbove(
    $handle: String!
    $range: TimeRange
    $zone: TimeZone!
    $step: Interval!
    $buckets: Int!
    $by: PreviousBasis!
    $compares: Boolean!
    $ofAccount: Boolean!
  ) {
    account(handle: $handle) {
      id
      followers
      ...AccountProfile
      freshness {
        version
        earliestPostAt
        latestPostAt
      }
      stats(range: $range, timeZone: $zone) {
        ...TotalsCard
        ...Provenance
      }
    }
  }
`);

/** The rest of an account's page. The calendar covers a year of all posts, not the range. */
export const AccountBelow = graphql(`
  query AccountBelow($handle: String!, $range: TimeRange, $zone: TimeZone!, $step: Interval!, $year: Int!, $latestYear: Boolean!) {
    account(handle: $handle) {
      id
      stats(range: $range, timeZone: $zone) {
        ...BelowCards
        ...FollowersCard
      }
      all: stats(timeZone: $zone) {
        ...CalendarCard
      }
    }
  }
`);

/** The calendar of a year other than the first one shown. */
export const AccountCalendar = graphql(`
  query AccountCalendar($handle: String!, $zone: TimeZone!, $year: Int!, $latestYear: Boolean!) {
    account(handle: $handle) {
      id
      stats(timeZone: $zone) {
        ...CalendarCard
      }
    }
  }
`);
