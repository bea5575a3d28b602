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
    }
  }
`);

/** The newest messages of a channel. */
export const ChatPage = graphql(`
  query ChatPage($login: String!) {
    channel(login: $login) {
      id
      posts(first: 100) {
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
