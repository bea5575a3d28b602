import { builder } from '../../graphql/builder.ts';
import { must } from '../../shared/errors.ts';
import { parseHandle } from '../../shared/handle.ts';
import { Stream } from '../stream/fields.ts';
import { refreshIfStale } from '../stream/freshness.ts';
import { loadStream } from '../stream/global-id.ts';
import { findAccount, type StreamRow } from '../stream/query.ts';

const handleOf = (account: StreamRow): string => must(account.handle, 'an account has a handle');

const AccountRef = builder.objectRef<StreamRow>('Account');

const Account = builder.node(AccountRef, {
  description: "One X user's timeline.",
  interfaces: [Stream],
  id: { resolve: (account) => account.streamId, description: 'Stands for this account, here and in `node`.' },
  loadOne: async (id, context) => {
    const stream = await loadStream(context, id);
    return stream?.kind === 'ACCOUNT' ? stream : null;
  },
  fields: (t) => ({
    handle: t.string({
      description: 'The name behind the @, as the user writes it.',
      resolve: (account) => handleOf(account),
    }),
    displayName: t.string({
      description: 'The name above the handle; the handle where none is known.',
      resolve: (account) => account.displayName ?? handleOf(account),
    }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'What the user says of themselves; null where unknown.',
    }),
    avatarUrl: t.field({
      type: 'URL',
      nullable: true,
      description: 'The picture; null where unknown.',
      resolve: (account) => account.avatarUrl,
    }),
    verified: t.boolean({
      description: 'Whether the platform shows a mark of verification; false where unknown.',
      resolve: (account) => account.verified ?? false,
    }),
    protected: t.boolean({
      description: 'Whether only approved followers see the posts; false where unknown.',
      resolve: (account) => account.protected ?? false,
    }),
    joinedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the account was made; null where unknown.',
      resolve: (account) => account.joinedAt,
    }),
    followers: t.field({
      type: 'SafeInt',
      nullable: true,
      description: 'As the platform last reported them; null where it never did.',
      resolve: (account) => account.followers,
    }),
    following: t.field({
      type: 'SafeInt',
      nullable: true,
      description: 'How many accounts this one follows, as last reported; null where it never was.',
      resolve: (account) => account.following,
    }),
    reportedPosts: t.field({
      type: 'SafeInt',
      nullable: true,
      description: 'How many posts the platform counts, collected or not; null where it does not say.',
      resolve: (account) => account.reportedPosts,
    }),
  }),
});

builder.queryField('account', (t) =>
  t.field({
    type: Account,
    nullable: true,
    description:
      'Null where nothing was collected of that user; handles compare without case, a leading @ is ignored. ' +
      'Looking at one that is tracked and stale has it refreshed in the background.',
    args: { handle: t.arg.string({ required: true, description: 'With or without @.' }) },
    resolve: async (_root, { handle }, context) =>
      refreshIfStale(await findAccount(context.db, 'X', parseHandle(handle)), context),
  }),
);
