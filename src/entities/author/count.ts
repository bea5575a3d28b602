import { builder } from '../../graphql/builder.ts';
import { loaderOf } from '../../graphql/context.ts';
import { must } from '../../shared/errors.ts';
import { Author } from './fields.ts';
import { authorLoader } from './loader.ts';

/** What an author wrote, and a stream that has the author. */
type AuthorCountData = {
  readonly streamId: number;
  readonly authorId: string;
  readonly posts: number;
  /** Null when no post has a known engagement. */
  readonly engagement: number | null;
  /** Posts whose engagement is known. */
  readonly engaged: number;
};

export const AuthorCount = builder.objectRef<AuthorCountData>('AuthorCount').implement({
  description: 'An author, and how much they wrote.',
  fields: (t) => ({
    author: t.field({
      type: Author,
      description: 'Who they are, as last seen.',
      resolve: async ({ streamId, authorId }, _args, context) =>
        must(
          await loaderOf(context, authorLoader).load({ streamId, authorId }),
          'a post is written together with its author',
        ),
    }),
    posts: t.field({
      type: 'SafeInt',
      description: 'Posts by them, reposts included.',
      resolve: ({ posts }) => posts,
    }),
    engagement: t.field({
      type: 'SafeInt',
      nullable: true,
      description: 'Engagement of those of their posts whose engagement is known; null without any.',
      resolve: ({ engagement }) => engagement,
    }),
    engagementPerPost: t.float({
      nullable: true,
      description:
        'Mean over the posts that are not reposts and whose engagement is known, as in `Totals`. Null without any.',
      resolve: ({ engagement, engaged }) => (engagement === null ? null : engagement / engaged),
    }),
  }),
});
