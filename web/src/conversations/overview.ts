import { graphql } from '../../gql/index.ts';

/** The Conversations page above the list: depths, chains, and the selectable accounts. */
export const ConversationsOverview = graphql(`
  query ConversationsOverview($stream: ID, $minDepth: Int!, $minEngagement: SafeInt!) {
    streams(first: 50, kinds: [ACCOUNT], orderBy: UPDATED) {
      nodes {
        id
        title
      }
    }
    conversationDepths(stream: $stream) {
      conversations
      posts
      maxDepth
      meanDepth
      histogram {
        depth
        posts
      }
    }
    viralChains(stream: $stream, minDepth: $minDepth, minEngagement: $minEngagement, first: 8) {
      ...ViralChainFields
    }
  }
`);

/** The depths alone, for the card's query link. */
export const DepthsQuery = graphql(`
  query ConversationDepths($stream: ID) {
    conversationDepths(stream: $stream) {
      conversations
      maxDepth
      meanDepth
      histogram {
        depth
        posts
      }
    }
  }
`);

/** A page of the conversations that an account started. */
export const ConversationsPage = graphql(`
  query ConversationsPage(
    $stream: ID!
    $orderBy: ConversationOrder!
    $first: Int
    $after: String
    $last: Int
    $before: String
  ) {
    node(id: $stream) {
      ... on Account {
        title
        conversations(orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
          nodes {
            id
            ...ConversationRowFields
          }
          pageInfo {
            startCursor
            endCursor
            hasNextPage
            hasPreviousPage
          }
        }
      }
    }
  }
`);
