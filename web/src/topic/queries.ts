import { graphql } from '../../gql/gql.ts';

/** The data above the fold of a topic's page. */
export const TopicAbove = graphql(`
  query TopicAbove(
    $query: String!
    $range: TimeRange
    $zone: TimeZone!
    $step: Interval!
    $buckets: Int!
    $by: PreviousBasis!
    $compares: Boolean!
    $ofAccount: Boolean!
  ) {
    topic(query: $query) {
      id
      ...TopicHead
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

/** The rest of a topic's page. The calendar covers a year of all posts, not the range. */
export const TopicBelow = graphql(`
  query TopicBelow($query: String!, $range: TimeRange, $zone: TimeZone!, $step: Interval!, $year: Int!, $latestYear: Boolean!) {
    topic(query: $query) {
      id
      stats(range: $range, timeZone: $zone) {
        ...BelowCards
        ...AuthorsCard
      }
      all: stats(timeZone: $zone) {
        ...CalendarCard
      }
    }
  }
`);

/** The calendar of a year other than the first one shown. */
export const TopicCalendar = graphql(`
  query TopicCalendar($query: String!, $zone: TimeZone!, $year: Int!, $latestYear: Boolean!) {
    topic(query: $query) {
      id
      stats(timeZone: $zone) {
        ...CalendarCard
      }
    }
  }
`);
