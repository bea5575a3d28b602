import { graphql } from '../../../gql/gql.ts';

/** One term of a list. */
export const TermFragment = graphql(`
  fragment Term on TermCount {
    term
    count
    share
    previous
    engagement
  }
`);

/** An emote of a list, with its picture. */
export const EmoteTermFragment = graphql(`
  fragment EmoteTerm on TermCount {
    ...Term
    term
    emote {
      image
    }
  }
`);

/** The terms of a stream's posts. */
export const TermListsFragment = graphql(`
  fragment TermLists on Stats {
    hashtags: topTerms(kind: HASHTAG, first: 10) {
      ...Term
    }
    mentions: topTerms(kind: MENTION, first: 10) {
      ...Term
    }
    words: topTerms(kind: WORD, first: 60) {
      ...Term
    }
    domains: topTerms(kind: DOMAIN, first: 10) {
      ...Term
    }
    clients: topTerms(kind: CLIENT, first: 10) {
      ...Term
    }
    languages: topTerms(kind: LANGUAGE, first: 10) {
      ...Term
    }
    emojis: topTerms(kind: EMOJI, first: 10) {
      ...Term
    }
    repliedTo: topTerms(kind: REPLIED_TO, first: 10) {
      ...Term
    }
    reposted: topTerms(kind: REPOSTED, first: 10) {
      ...Term
    }
  }
`);
