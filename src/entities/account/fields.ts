import { builder } from '../../graphql/builder.ts';
import { type Context, loaderOf } from '../../graphql/context.ts';
import { recordsReads } from '../../graphql/root-reads.ts';
import { BadInputError, must } from '../../shared/errors.ts';
import { parseHandle } from '../../shared/handle.ts';
import { profileUrl } from '../author/profile-url.ts';
import { avatarDescription, pictureAt } from '../picture.ts';
import { Stream } from '../stream/fields.ts';
import { refreshIfStale } from '../stream/freshness.ts';
import { loadStream } from '../stream/global-id.ts';
import { accountLoader } from '../stream/loader.ts';
import type { StreamRow } from '../stream/query.ts';

const handleOf = (account: StreamRow): string => must(account.handle, 'an account has a handle');

const AccountRef = builder.objectRef<StreamRow>('Account');

export const Account = builder.node(AccountRef, {
  description: "One X user's timeline.",
  interfaces: [Stream],
  id: {
    resolve: (account) => account.streamId,
    description: 'The global id of this account, for `node`.',
  },
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
      description: 'The name above the handle; the handle when none is known.',
      resolve: (account) => account.displayName ?? handleOf(account),
    }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'The profile text; null when unknown.',
    }),
    avatarUrl: t.field({
      type: 'URL',
      nullable: true,
      description: 'Address of the profile picture at the platform; null when unknown.',
      resolve: (account) => account.avatarUrl,
    }),
    avatar: t.string({
      nullable: true,
      description: avatarDescription,
      resolve: (account, _args, context) => pictureAt(account.avatarUrl, context),
    }),
    url: t.field({
      type: 'URL',
      description: "The account's page on the platform.",
      resolve: (account) => profileUrl[account.platform](handleOf(account)),
    }),
    verified: t.boolean({
      description: 'Whether the platform shows a mark of verification; false when unknown.',
      resolve: (account) => account.verified ?? false,
    }),
    protected: t.boolean({
      description: 'Whether only approved followers see the posts; false when unknown.',
      resolve: (account) => account.protected ?? false,
    }),
    joinedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the account was created; null when unknown.',
      resolve: (account) => account.joinedAt,
    }),
    followers: t.field({
      type: 'SafeInt',
      nullable: true,
      description: 'Followers as the platform last reported them; null when it never did.',
      resolve: (account) => account.followers,
    }),
    following: t.field({
      type: 'SafeInt',
      nullable: true,
      description: 'How many accounts this one follows, as last reported; null when it never was.',
      resolve: (account) => account.following,
    }),
    reportedPosts: t.field({
      type: 'SafeInt',
      nullable: true,
      description: 'How many posts the platform counts, collected or not; null when it does not say.',
      resolve: (account) => account.reportedPosts,
    }),
  }),
});

/** The most handles of one `accounts` query. */
const maxHandles = 50;

async function findByHandle(context: Context, handle: string): Promise<StreamRow | null> {
  const key = parseHandle(handle).toLowerCase();
  return refreshIfStale(await loaderOf(context, accountLoader).load(key), context);
}

builder.queryField('account', (t) =>
  t.field({
    type: Account,
    nullable: true,
    description:
      'An account by its handle; null when nothing was collected for it. Handles compare without case, and a ' +
      'leading @ is ignored. A query for a tracked account that is stale starts a refresh in the background.',
    extensions: recordsReads,
    args: { handle: t.arg.string({ required: true, description: 'The handle, with or without @.' }) },
    resolve: (_root, { handle }, context) => findByHandle(context, handle),
  }),
);

builder.queryField('accounts', (t) =>
  t.field({
    type: [Account],
    nullable: { list: false, items: true },
    description:
      'Accounts by their handles, in the order of the handles; null for each for which nothing was ' +
      'collected. A handle may come twice. Each is looked up as by `account`.',
    args: {
      handles: t.arg.stringList({
        required: true,
        description: `The handles, with or without @, ${maxHandles} at most.`,
      }),
    },
    extensions: recordsReads,
    complexity: ({ handles }) => ({ field: 1, multiplier: Math.min(handles.length, maxHandles) }),
    resolve: (_root, { handles }, context) => {
      if (handles.length > maxHandles) {
        throw new BadInputError(`Too many handles: ${handles.length} asked, ${maxHandles} allowed`);
      }
      return Promise.all(handles.map((handle) => findByHandle(context, handle)));
    },
  }),
);
