import { graphql } from '../../gql/index.ts';

/** All that is known of one post, and the beginning of its thread. */
export const PostDetailQuery = graphql(`
  query PostDetail($platform: Platform!, $platformId: String!) {
    post(platform: $platform, platformId: $platformId) {
      id
      url
      kind
      collectedAt
      provider
      stream {
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
      ...PostBodyFields
      ...PostMediaFields
      ...PostFigures
      ...PostHistory
      ...PostThread
      parent {
        ...PostQuoteFields
      }
      quoted {
        ...PostQuoteFields
      }
      reposted {
        ...PostQuoteFields
      }
    }
  }
`);
