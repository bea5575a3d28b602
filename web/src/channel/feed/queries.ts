import { graphql } from '../../../gql/gql.ts';

/** A message as the feed shows it. */
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

/** Messages that the feed asks for at once. */
export const pageMessages = 100;

/** The newest messages of a channel. */
export const ChatPage = graphql(`
  query ChatPage($login: String!, $first: Int!) {
    channel(login: $login) {
      id
      posts(first: $first) {
        nodes {
          ...ChatMessage
        }
      }
    }
  }
`);

/** Messages of a channel as they are said. */
export const NewMessages = graphql(`
  subscription NewMessages($id: ID!) {
    newPosts(id: $id) {
      ...ChatMessage
    }
  }
`);
