import { builder } from '../../graphql/builder.ts';
import { loaderOf } from '../../graphql/context.ts';
import { BadInputError } from '../../shared/errors.ts';
import { parseHandle } from '../../shared/handle.ts';
import { Stream } from '../stream/fields.ts';
import { streamLoader } from '../stream/loader.ts';
import { findAccount, type StreamRow } from '../stream/query.ts';

export const AccountRef = builder.objectRef<StreamRow>('Account');

export const Account = builder.node(AccountRef, {
  description: "One X user's timeline.",
  interfaces: [Stream],
  id: { resolve: (account) => account.streamId, description: 'Stands for this account, here and in `node`.' },
  loadOne: async (id, context) => {
    const stream = await loaderOf(context, streamLoader).load(parseStreamId(id));
    return stream?.kind === 'ACCOUNT' ? stream : null;
  },
  fields: (t) => ({
    handle: t.exposeString('handle', { description: 'The name behind the @, as the user writes it.' }),
    displayName: t.string({
      description: 'The name above the handle; the handle where none is known.',
      resolve: (account) => account.displayName ?? account.handle,
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

/** The number of a stream's id, or null where it is none: ids come from outside. */
function parseStreamId(id: string): number {
  if (!/^\d{1,9}$/.test(id)) throw new BadInputError(`Not an id of a stream: ${id.slice(0, 40)}`);
  return Number(id);
}

builder.queryField('account', (t) =>
  t.field({
    type: Account,
    nullable: true,
    description:
      'Null where nothing was collected of that user; handles compare without case, a leading @ is ignored.',
    args: { handle: t.arg.string({ required: true, description: 'With or without @.' }) },
    resolve: (_root, { handle }, { db }) => findAccount(db, 'X', parseHandle(handle)),
  }),
);
