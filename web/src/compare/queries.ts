import { graphql } from '../../gql/gql.ts';

/** The data of each stream above the fold. */
export const CompareHeadFragment = graphql(`
  fragment CompareHead on Stream {
    __typename
    id
    title
    ... on Account {
      handle
      followers
    }
    ... on Topic {
      query
    }
    stats(range: $range, timeZone: $zone) {
      computedAt
      series(interval: $step) {
        starts
        values
      }
      sentiment {
        mean
      }
      totals {
        posts
        originals
        activeDays
        likesReceived
        repostsReceived
        repliesReceived
        impressions
        impressionsEstimatedShare
        engagement
        engagementPerPost
        engagementMedian
        engagementP90
        engagementRate
      }
    }
  }
`);

/** The data below. */
export const CompareRestFragment = graphql(`
  fragment CompareRest on Stream {
    __typename
    id
    stats(range: $range, timeZone: $zone) {
      byHourOfWeek
      topTerms(kind: HASHTAG, first: 20) {
        term
        count
        share
      }
    }
  }
`);

// One document for every comparison: accounts are requested together by their handles, and there are five slots for
// topics.
/** The head of up to five streams. */
export const CompareHeads = graphql(`
  query CompareHeads(
    $handles: [String!]!
    $topic0: String!
    $topic1: String!
    $topic2: String!
    $topic3: String!
    $topic4: String!
    $has0: Boolean!
    $has1: Boolean!
    $has2: Boolean!
    $has3: Boolean!
    $has4: Boolean!
    $range: TimeRange
    $zone: TimeZone!
    $step: Interval!
  ) {
    accounts(handles: $handles) {
      ...CompareHead
    }
    topic0: topic(query: $topic0) @include(if: $has0) {
      ...CompareHead
    }
    topic1: topic(query: $topic1) @include(if: $has1) {
      ...CompareHead
    }
    topic2: topic(query: $topic2) @include(if: $has2) {
      ...CompareHead
    }
    topic3: topic(query: $topic3) @include(if: $has3) {
      ...CompareHead
    }
    topic4: topic(query: $topic4) @include(if: $has4) {
      ...CompareHead
    }
  }
`);

/** The rest of the same streams. */
export const CompareRests = graphql(`
  query CompareRests(
    $handles: [String!]!
    $topic0: String!
    $topic1: String!
    $topic2: String!
    $topic3: String!
    $topic4: String!
    $has0: Boolean!
    $has1: Boolean!
    $has2: Boolean!
    $has3: Boolean!
    $has4: Boolean!
    $range: TimeRange
    $zone: TimeZone!
  ) {
    accounts(handles: $handles) {
      ...CompareRest
    }
    topic0: topic(query: $topic0) @include(if: $has0) {
      ...CompareRest
    }
    topic1: topic(query: $topic1) @include(if: $has1) {
      ...CompareRest
    }
    topic2: topic(query: $topic2) @include(if: $has2) {
      ...CompareRest
    }
    topic3: topic(query: $topic3) @include(if: $has3) {
      ...CompareRest
    }
    topic4: topic(query: $topic4) @include(if: $has4) {
      ...CompareRest
    }
  }
`);

/** The streams that can be added. */
export const CompareSearchStreams = graphql(`
  query CompareSearchStreams($search: String) {
    streams(search: $search, first: 12, orderBy: UPDATED) {
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
