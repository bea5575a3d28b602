import { graphql } from '../../gql/gql.ts';

/** The cards that every stream has below its totals. */
export const BelowFragment = graphql(`
  fragment BelowCards on Stats {
    ...HoursCard
    ...BestTimesCard
    ...BusiestCard
    ...TopPostsCard
    ...TermLists
    ...SentimentCard
  }
`);
