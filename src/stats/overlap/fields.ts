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
  description: 'Chatters that two channels have in common in a range. Bots count, as everybody who wrote.',
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
        'Chatters of this channel who wrote in the other one, too: the same id, or the same name when a log tells no id.',
      resolve: ({ shared }) => shared,
    }),
    share: t.float({
      nullable: true,
      description: 'shared over chatters, 0 to 1; null without chatters.',
      resolve: ({ chatters, shared }) => (chatters === 0 ? null : shared / chatters),
    }),
  }),
});

builder.objectField(Channel, 'overlap', (t) =>
  t.field({
    type: ChatOverlap,
    nullable: true,
    description:
      'How many chatters also write in another channel; null when nothing was collected of that one. QUERY_TOO_COMPLEX when there are ' +
      'over 10,000,000 chatters, or as many in the days of the range, added up.',
    args: {
      with: t.arg.string({ required: true, description: 'The login of the other channel.' }),
      range: t.arg({ type: TimeRange, description: 'Only messages that were sent in this range, in both.' }),
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
