import { builder } from '../../graphql/builder.ts';
import { loaderOf } from '../../graphql/context.ts';
import { listCost } from '../../graphql/cost.ts';
import { BadInputError, must } from '../../shared/errors.ts';
import { everything } from '../../shared/range.ts';
import { Author } from '../author/fields.ts';
import { authorLoader } from '../author/loader.ts';
import { Channel } from '../channel/fields.ts';
import { PostConnection } from '../post/connection.ts';
import { Post } from '../post/fields.ts';
import { postPage } from '../post/page.ts';
import { parseFilter } from '../post/parse-filter.ts';
import { type ChatterRow, countWritten, findChatter, listNames, type Written } from './query.ts';

const nameLengthMax = 140;

/** Parses the name of a chatter, in lower case. Names in logs need not be logins of Twitch. */
function parseName(text: string): string {
  const name = text
    .slice(0, 2 * nameLengthMax)
    .trim()
    .replace(/^@/, '')
    .toLowerCase();
  if (name !== '' && text.length <= nameLengthMax) return name;
  throw new BadInputError(
    `Not the name of a chatter: "${text.slice(0, 40)}"; 1 to ${nameLengthMax} characters`,
  );
}

/** A chatter. What they wrote is counted once, when a field needs it. */
type ChatterData = ChatterRow & { readonly written: () => Promise<Written> };

const instant = (at: number | null) => (at === null ? null : new Date(at));

const Chatter = builder.objectRef<ChatterData>('Chatter').implement({
  description: 'A chatter of a channel, with their messages there.',
  fields: (t) => ({
    author: t.field({
      type: Author,
      description: 'Who they are, as last seen in this channel.',
      resolve: async ({ streamId, authorIds: [authorId = ''] }, _args, context) =>
        must(await loaderOf(context, authorLoader).load({ streamId, authorId }), 'a chatter is an author'),
    }),
    messageCount: t.field({
      type: 'SafeInt',
      description: 'Stored messages by them.',
      complexity: 10,
      resolve: async ({ written }) => (await written()).messages,
    }),
    firstAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The time of their first stored message; null without any.',
      complexity: 10,
      resolve: async ({ written }) => instant((await written()).first),
    }),
    lastAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The time of their last stored message; null without any.',
      complexity: 10,
      resolve: async ({ written }) => instant((await written()).last),
    }),
    names: t.stringList({
      description:
        'Names under which they wrote here, in lower case: the current one first, then earlier ones, at most 200.',
      resolve: (chatter, _args, { db }) => listNames(db, chatter),
    }),
    messages: t.connection(
      {
        type: Post,
        description: 'Their messages in this channel, newest first.',
        complexity: listCost(5),
        resolve: ({ streamId, authorIds }, args, context, info) =>
          postPage(context, {
            conditions: {
              ...parseFilter(null, null),
              streams: [streamId],
              authorIds,
              kinds: ['MESSAGE'],
              range: everything,
            },
            order: 'NEWEST',
            args,
            info,
          }),
      },
      PostConnection,
    ),
  }),
});

builder.objectField(Channel, 'chatter', (t) =>
  t.field({
    type: Chatter,
    nullable: true,
    description:
      'A chatter of this channel, by a current or former name; null when nobody wrote here under that name.',
    args: {
      login: t.arg.string({
        required: true,
        description: 'The name, with or without @, in capitals or not.',
      }),
    },
    complexity: 5,
    resolve: async ({ streamId }, { login }, context) => {
      context.reads.stream(streamId);
      const { db } = context;
      const found = await findChatter(db, streamId, parseName(login));
      if (found === null) return null;
      let written: Promise<Written> | null = null;
      return { ...found, written: () => (written ??= countWritten(db, found)) };
    },
  }),
);
