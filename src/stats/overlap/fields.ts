import { Channel } from '../../entities/channel/fields.ts';
import { channelLoader } from '../../entities/stream/loader.ts';
import { builder } from '../../graphql/builder.ts';
import { loaderOf } from '../../graphql/context.ts';
import { TimeRange } from '../../graphql/inputs.ts';
import { parseLogin } from '../../shared/login.ts';
import { parseRange } from '../../shared/range.ts';
import { scopeOf } from '../kernel/fields.ts';
import { loadOverlap, type Overlap } from './loader.ts';

const ChatOverlap = builder.objectRef<Overlap>('ChatOverlap').implement({
  description: 'Chatters that two channels have in common in a range. Everybody who wrote counts, bots too.',
  fields: (t) => ({
    chatters: t.field({
      type: 'SafeInt',
      description: 'Chatters of this channel.',
      resolve: ({ chatters }) => chatters,
    }),
    others: t.field({
      type: 'SafeInt',
      description: 'Chatters of the other channel.',
      resolve: ({ others }) => others,
    }),
    shared: t.field({
      type: 'SafeInt',
      description:
        'Chatters of this channel who also wrote in the other one. They are compared by id, or by name when a log has no ids.',
      resolve: ({ shared }) => shared,
    }),
    share: t.float({
      nullable: true,
      description: 'shared / chatters, 0 to 1; null when there are no chatters.',
      resolve: ({ chatters, shared }) => (chatters === 0 ? null : shared / chatters),
    }),
  }),
});

builder.objectField(Channel, 'overlap', (t) =>
  t.field({
    type: ChatOverlap,
    nullable: true,
    description:
      'How many chatters also write in another channel; null when nothing was collected of the other channel. QUERY_TOO_COMPLEX when ' +
      'there are more than 10,000,000 chatters, or when the numbers of chatters of all days of the range add up to more.',
    args: {
      with: t.arg.string({ required: true, description: 'The login of the other channel.' }),
      range: t.arg({
        type: TimeRange,
        description: 'Only messages that were sent in this range, in both channels.',
      }),
    },
    complexity: 50,
    resolve: async (channel, args, context) => {
      const other = await loaderOf(context, channelLoader).load(parseLogin(args.with));
      if (other === null) return null;
      const range = parseRange(args.range);
      const [here, there] = [channel, other].map((each) => scopeOf(context, each, range, 'UTC'));
      return here && there ? loadOverlap(context.db, here, there) : null;
    },
  }),
);
