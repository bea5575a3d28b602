import { builder } from '../../graphql/builder.ts';
import { loaderOf } from '../../graphql/context.ts';
import { must } from '../../shared/errors.ts';
import { Author } from './fields.ts';
import { authorLoader } from './loader.ts';

/** What an author wrote, and the stream that knows who they are. */
type AuthorCountData = {
  readonly streamId: number;
  readonly authorId: string;
  readonly posts: number;
  readonly engagement: number;
};

export const AuthorCount = builder.objectRef<AuthorCountData>('AuthorCount').implement({
  description: 'An author, and what they wrote.',
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
      description: 'Engagement of their posts, of those known.',
      resolve: ({ engagement }) => engagement,
    }),
    engagementPerPost: t.float({
      description: 'engagement over posts',
      resolve: ({ engagement, posts }) => engagement / posts,
    }),
  }),
});
