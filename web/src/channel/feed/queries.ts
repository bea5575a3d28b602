import { graphql } from '../../../gql/gql.ts';

/** The fields of a message in the feed. */
export const ChatMessageFragment = graphql(`
  fragment ChatMessage on Post {
    id
    createdAt
    text
    bits
    badges
    author {
      handle
      displayName
    }
    emotes {
      name
      image
    }
  }
`);

/** The number of newest messages that the feed requests each time. */
export const pageMessages = 100;
/** The number of older messages in one request: the most that the API allows. */
export const olderMessages = 200;

/** The newest messages of a channel, or those before a cursor. */
export const ChatPage = graphql(`
  query ChatPage($login: String!, $first: Int!, $after: String) {
    channel(login: $login) {
      id
      posts(first: $first, after: $after) {
        nodes {
          ...ChatMessage
        }
        pageInfo {
          endCursor
          hasNextPage
        }
      }
    }
  }
`);

/** New messages of a channel as they are written. */
export const NewMessages = graphql(`
  subscription NewMessages($id: ID!) {
    newPosts(id: $id) {
      ...ChatMessage
    }
  }
`);
