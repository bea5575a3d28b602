import { createShare, revokeShare } from '../../access/shares.ts';
import { builder } from '../../graphql/builder.ts';
import { type Context, loaderOf } from '../../graphql/context.ts';
import { needs } from '../../graphql/guard.ts';
import { NotFoundError } from '../../shared/errors.ts';
import { encodeGlobalId, rowIdOf } from '../../shared/global-id.ts';
import { type NamedStream, parseSharedPage, withoutShare } from '../../shared/share-path.ts';
import { topicIdentity } from '../../shared/topic.ts';
import { accountLoader, channelLoader, topicLoader } from '../stream/loader.ts';
import type { StreamRow } from '../stream/query.ts';
import { Share } from './fields.ts';

const weekMs = 604_800_000;

builder.mutationField('createShare', (t) =>
  t.field({
    type: Share,
    extensions: needs('read'),
    description:
      'Creates a link with which anyone can view a page of the dashboard without a key, and change nothing. The page ' +
      'shows its streams over any range, and their posts; /trending and /tag show hashtags of all streams, and no ' +
      'post. BAD_INPUT when the page cannot be shared, NOT_FOUND when nothing was collected for a stream that it ' +
      'shows.',
    args: {
      path: t.arg.string({
        required: true,
        description:
          'The path of the page on the server, with its query: /x/<handle>, /topic/<query>, /twitch/<login>, /compare?s=…, ' +
          '/trending or /tag/<tag>. The same path below /embed is a page that other sites may show in a frame.',
      }),
      expiresIn: t.arg({
        type: 'Duration',
        required: true,
        defaultValue: weekMs,
        description: 'How long the link can be used: PT1M to P30D.',
      }),
    },
    resolve: async (_root, { path, expiresIn }, context) => {
      const { streams, trends } = parseSharedPage(path);
      const streamIds = await Promise.all(streams.map((stream) => idOfStream(context, stream)));
      const { db, now } = context;
      return createShare(
        { db, now },
        { path: withoutShare(path), streamIds, trends, expiresInMs: expiresIn },
      );
    },
  }),
);

async function idOfStream(context: Context, stream: NamedStream): Promise<number> {
  const found = await findStream(context, stream);
  if (found !== null) return found.streamId;
  throw new NotFoundError(`Nothing was collected of ${nameOf(stream).slice(0, 60)}`);
}

function findStream(context: Context, stream: NamedStream): Promise<StreamRow | null> {
  switch (stream.kind) {
    case 'account':
      return loaderOf(context, accountLoader).load(stream.handle.toLowerCase());
    case 'topic':
      return loaderOf(context, topicLoader).load(topicIdentity(stream.query));
    case 'channel':
      return loaderOf(context, channelLoader).load(stream.login);
  }
}

function nameOf(stream: NamedStream): string {
  if (stream.kind === 'account') return `@${stream.handle}`;
  return stream.kind === 'topic' ? stream.query : `twitch.tv/${stream.login}`;
}

builder.mutationField('revokeShare', (t) =>
  t.field({
    type: 'ID',
    extensions: needs('read'),
    description:
      'Revokes a share: its link is refused within two seconds. Returns its id; NOT_FOUND when there is no such share.',
    args: { id: t.arg.globalID({ required: true, description: 'The share.' }) },
    resolve: async (_root, { id: { typename, id } }, { db }) => {
      const shareId = rowIdOf(id);
      if (typename !== 'Share' || shareId === null) throw new NotFoundError('No such share');
      await revokeShare({ db }, shareId);
      return encodeGlobalId('Share', id);
    },
  }),
);
