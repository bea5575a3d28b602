import { graphql } from '../../gql/gql.ts';

/** What is above the fold of an account's page. */
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

/** The rest of an account's page. The calendar is of a year of all posts, not of the range. */
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

/** The calendar of another year than the page began with. */
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
