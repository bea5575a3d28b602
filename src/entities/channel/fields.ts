import { builder } from '../../graphql/builder.ts';
import { loaderOf } from '../../graphql/context.ts';
import { recordsReads } from '../../graphql/root-reads.ts';
import { must } from '../../shared/errors.ts';
import { parseLogin } from '../../shared/login.ts';
import { profileUrl } from '../author/profile-url.ts';
import { avatarDescription, pictureAt } from '../picture.ts';
import { Stream } from '../stream/fields.ts';
import { loadStream } from '../stream/global-id.ts';
import { channelLoader } from '../stream/loader.ts';
import type { StreamRow } from '../stream/query.ts';

const loginOf = (channel: StreamRow): string => must(channel.handle, 'a channel has a login');

export const Channel = builder.node(builder.objectRef<StreamRow>('Channel'), {
  description: 'The chat of a channel on Twitch. Its posts are the messages of all chatters.',
  interfaces: [Stream],
  id: {
    resolve: (channel) => channel.streamId,
    description: 'The global id of this channel, for `node`.',
  },
  loadOne: async (id, context) => {
    const stream = await loadStream(context, id);
    return stream?.kind === 'CHANNEL' ? stream : null;
  },
  fields: (t) => ({
    login: t.string({ description: 'The name in addresses, in lower case.', resolve: loginOf }),
    displayName: t.string({
      description: 'The name as the channel writes it; the login when none is known.',
      resolve: (channel) => channel.displayName ?? loginOf(channel),
    }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'The profile text; null when unknown.',
    }),
    avatarUrl: t.field({
      type: 'URL',
      nullable: true,
      description: 'Address of the profile picture at the platform; null when unknown.',
      resolve: (channel) => channel.avatarUrl,
    }),
    avatar: t.string({
      nullable: true,
      description: avatarDescription,
      resolve: (channel, _args, context) => pictureAt(channel.avatarUrl, context),
    }),
    url: t.field({
      type: 'URL',
      description: "The channel's page on Twitch.",
      resolve: (channel) => profileUrl.TWITCH(loginOf(channel)),
    }),
    followers: t.field({
      type: 'SafeInt',
      nullable: true,
      description: 'Followers as Twitch last reported them; null when it never did.',
      resolve: (channel) => channel.followers,
    }),
  }),
});

builder.queryField('channel', (t) =>
  t.field({
    type: Channel,
    nullable: true,
    description:
      'A channel on Twitch by its login; null when nothing was collected for it. Logins compare without case; a leading @ ' +
      'or # and addresses of twitch.tv are understood. BAD_INPUT when it cannot be a login, which has 1 to 25 characters: a to z, 0 to 9 and _.',
    extensions: recordsReads,
    args: { login: t.arg.string({ required: true, description: 'The login, with or without @ or #.' }) },
    resolve: (_root, { login }, context) => loaderOf(context, channelLoader).load(parseLogin(login)),
  }),
);
