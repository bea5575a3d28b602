import { profileUrl } from './profile-url.ts';
import { builder } from '../../graphql/builder.ts';
import { loaderOf } from '../../graphql/context.ts';
import { Platform } from '../../graphql/inputs.ts';
import { isPlatform } from '../../shared/post.ts';
import { avatarDescription, pictureAt } from '../picture.ts';
import { authorOfAllLoader } from './loader.ts';
import type { AuthorRow } from './query.ts';

export const Author = builder.node(builder.objectRef<AuthorRow>('Author'), {
  description: 'The author of a post: any user of X or Twitch, followed or not.',
  id: {
    resolve: (author) => `${author.platform}:${author.authorId}`,
    description: 'The global id of this author, the same in all streams.',
  },
  loadOne: (id, context) => {
    const [platform = '', authorId = ''] = id.split(/:(.*)/s);
    return isPlatform(platform) ? loaderOf(context, authorOfAllLoader).load({ platform, authorId }) : null;
  },
  fields: (t) => ({
    platform: t.field({
      type: Platform,
      description: 'The platform they write on.',
      resolve: (author) => author.platform,
    }),
    handle: t.exposeString('handle', { description: 'The name behind the @, as the author writes it.' }),
    displayName: t.string({
      description: 'The name shown with posts; the handle when none is known.',
      resolve: (author) => author.displayName ?? author.handle,
    }),
    avatarUrl: t.field({
      type: 'URL',
      nullable: true,
      description: 'Address of the profile picture at the platform; null when unknown.',
      resolve: (author) => author.avatarUrl,
    }),
    avatar: t.string({
      nullable: true,
      description: avatarDescription,
      resolve: (author, _args, context) => pictureAt(author.avatarUrl, context),
    }),
    url: t.field({
      type: 'URL',
      description: "The author's page on the platform.",
      resolve: (author) => profileUrl[author.platform](author.handle),
    }),
  }),
});
