import { graphql } from '../../gql/gql.ts';

/** A hashtag over a range, related hashtags, its top posts, and its alerts. */
export const TagPage = graphql(`
  query TagPage($tag: String!, $range: TimeRange, $zone: TimeZone!, $step: Interval!) {
    hashtag(tag: $tag) {
      id
      tag
      posts
      authors
      firstSeenAt
      ...Related
      series(interval: $step, range: $range, timeZone: $zone) {
        starts
        values
      }
      byEngagement: topPosts(first: 5) {
        id
        ...PostLine
      }
      byLikes: topPosts(first: 5, by: LIKES) {
        id
        ...PostLine
      }
      byReposts: topPosts(first: 5, by: REPOSTS) {
        id
        ...PostLine
      }
    }
    ...AlertsCard
  }
`);

/** Why it is used in a window. NOT_FOUND without any data when nobody uses it there. */
export const TagExplained = graphql(`
  query TagExplained($tag: String!, $window: Duration!, $at: DateTime) {
    explainTrend(tag: $tag, window: $window, endingAt: $at) {
      ...Explanation
    }
  }
`);
