import { graphql } from '../../../gql/gql.ts';

/** The totals of a stream, and each of them over time. All series except followers share `starts`. */
export const TotalsFragment = graphql(`
  fragment TotalsCard on Stats {
    to
    computedAt
    totals {
      ...TotalFigures
      ...KindsStrip
    }
    likesKnown: known(metric: LIKES)
    repostsKnown: known(metric: REPOSTS)
    posts: series(metric: POSTS, interval: $step) {
      interval
      starts
      values
      rolling(buckets: $buckets)
    }
    likes: series(metric: LIKES, interval: $step) {
      values
      rolling(buckets: $buckets)
    }
    reposts: series(metric: REPOSTS, interval: $step) {
      values
      rolling(buckets: $buckets)
    }
    impressions: series(metric: IMPRESSIONS, interval: $step) {
      values
      estimated
      rolling(buckets: $buckets)
    }
    rate: series(metric: ENGAGEMENT_RATE, interval: $step) {
      values
    }
    authors: series(metric: AUTHORS, interval: $step) @skip(if: $ofAccount) {
      values
      rolling(buckets: $buckets)
    }
    followers(interval: $step) @include(if: $ofAccount) {
      starts
      values
    }
    previous(by: $by) @include(if: $compares) {
      totals {
        ...TotalFigures
      }
      posts: series(metric: POSTS, interval: $step) {
        values
      }
      likes: series(metric: LIKES, interval: $step) {
        values
      }
      reposts: series(metric: REPOSTS, interval: $step) {
        values
      }
      impressions: series(metric: IMPRESSIONS, interval: $step) {
        values
      }
      rate: series(metric: ENGAGEMENT_RATE, interval: $step) {
        values
      }
      authors: series(metric: AUTHORS, interval: $step) @skip(if: $ofAccount) {
        values
      }
      followers(interval: $step) @include(if: $ofAccount) {
        values
      }
    }
  }
`);

/** The sums that the tabs show. */
export const TotalFiguresFragment = graphql(`
  fragment TotalFigures on Totals {
    posts
    likesReceived
    repostsReceived
    impressions
    impressionsEstimatedShare
    impressionsPerReaction
    engagementRate
    authors @skip(if: $ofAccount)
  }
`);
