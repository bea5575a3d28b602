import { graphql } from '../../gql/index.ts';

/** All details of one post, and the start of its thread. */
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
