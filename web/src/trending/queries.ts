import { graphql } from '../../gql/gql.ts';

/** A window of hashtags for the table. */
export const HashtagWindow = graphql(`
  fragment HashtagWindow on Trending {
    from
    to
    window
    totalCount
    hashtags {
      rank
      previousRank
      count
      authors
      expected
      burst
      recent(windows: 6)
      hashtag {
        id
        tag
      }
    }
  }
`);

/** The hashtags of a window, and the state of trending. */
export const TrendingPage = graphql(`
  query TrendingPage($window: Duration!, $order: TrendOrder!, $platform: Platform, $at: DateTime) {
    trendingHashtags(window: $window, first: 50, orderBy: $order, platform: $platform, endingAt: $at) {
      ...HashtagWindow
    }
    trendingStatus(window: $window) {
      newestPostAt
      unfoldedHours
    }
  }
`);

/** The same window as it slides. */
export const TrendingLive = graphql(`
  subscription TrendingLive($window: Duration!, $order: TrendOrder!, $platform: Platform) {
    trendingHashtags(window: $window, first: 50, orderBy: $order, platform: $platform) {
      ...HashtagWindow
    }
  }
`);

/** The mentions or the words of a window. */
export const TrendingTermsPage = graphql(`
  query TrendingTermsPage(
    $kind: TrendKind!
    $window: Duration!
    $order: TrendOrder!
    $platform: Platform
    $at: DateTime
  ) {
    trendingTerms(
      kind: $kind
      window: $window
      first: 50
      orderBy: $order
      platform: $platform
      endingAt: $at
    ) {
      from
      to
      totalCount
      terms {
        rank
        previousRank
        count
        authors
        expected
        burst
        recent(windows: 6)
        term
      }
    }
    trendingStatus(window: $window) {
      newestPostAt
      unfoldedHours
    }
  }
`);

/** The data below the window: each card has its own fragment. */
export const TrendingBelow = graphql(`
  query TrendingBelow($window: Duration!, $at: DateTime) {
    ...GrowingCard
    ...MostUsedCard
    ...NetworkCard
    ...AlertsCard
  }
`);
