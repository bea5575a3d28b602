import { getStream } from '../../entities/stream/global-id.ts';
import { builder } from '../../graphql/builder.ts';
import type { Context } from '../../graphql/context.ts';
import { listCost } from '../../graphql/cost.ts';
import { recordsReads } from '../../graphql/root-reads.ts';
import { BadInputError, QueryTooComplexError } from '../../shared/errors.ts';
import { parseFirst } from '../../shared/page.ts';
import { Chain } from './chain.ts';
import { mostEngaging, type ViralChain } from './viral.ts';
import { loadDeepPaths, type ViralScope } from './viral-query.ts';

/** The most posts of deep paths that are sorted in memory: some 200 MB. */
const postsMax = 1_000_000;

type Asked = ViralScope & { readonly minEngagement: number; readonly first: number };

async function viralChains({ db }: Context, { minEngagement, first, ...scope }: Asked) {
  const paths = await loadDeepPaths(db, scope, postsMax + 1);
  if (paths.parents.length > postsMax) {
    throw new QueryTooComplexError(
      `Too many deep paths: more than ${postsMax} posts are on them. Ask for a larger minDepth, or for one stream`,
    );
  }
  return mostEngaging(paths, { minEngagement, first });
}

/** Returns the argument; throws BAD_INPUT when it is too small. */
function parseLeast(name: string, value: number, least: number): number {
  if (value < least) throw new BadInputError(`Invalid ${name}: ${value} asked, ${least} or more allowed`);
  return value;
}

builder.queryField('viralChains', (t) =>
  t.field({
    type: [Chain],
    description:
      'Paths through conversations, from the topmost collected post down to a reply without replies, that are deep and ' +
      'engaging: most engaging first; equal ones by depth, then oldest end first.',
    args: {
      stream: t.arg.globalID({
        description:
          'Only conversations whose root is an own post of this stream; NOT_FOUND when there is none.',
      }),
      minDepth: t.arg.int({
        required: true,
        defaultValue: 5,
        description: 'Only paths with at least so many replies below the root, 1 or more.',
      }),
      minEngagement: t.arg({
        type: 'SafeInt',
        required: true,
        defaultValue: 100,
        description: 'Only paths whose posts have at least so much engagement together, 0 or more.',
      }),
      first: t.arg.int({ required: true, defaultValue: 10, description: 'How many, 1 to 200.' }),
    },
    extensions: recordsReads,
    complexity: listCost(20),
    resolve: async (
      _root,
      { stream, minDepth, minEngagement, first },
      context,
    ): Promise<readonly ViralChain[]> => {
      context.reads.all();
      return viralChains(context, {
        streamId: stream ? (await getStream(context, stream)).streamId : null,
        minDepth: parseLeast('minDepth', minDepth, 1),
        minEngagement: parseLeast('minEngagement', minEngagement, 0),
        first: parseFirst(first),
      });
    },
  }),
);
