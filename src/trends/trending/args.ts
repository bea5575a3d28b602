import { loadStream } from '../../entities/stream/global-id.ts';
import { parseStreamId } from '../../entities/stream/global-id.ts';
import { builder } from '../../graphql/builder.ts';
import type { Context } from '../../graphql/context.ts';
import { Platform } from '../../graphql/inputs.ts';
import { BadInputError, NotFoundError } from '../../shared/errors.ts';
import { maxFirst, parseFirst } from '../../shared/page.ts';
import type { Platform as PlatformName } from '../../shared/post.ts';
import type { TrendKind } from '../../shared/trend.ts';
import type { TrendOrder as TrendOrderName } from './rank.ts';
import { parseEnd, parseWindow, windowRule } from './window.ts';
import type { AskedWindow } from './windows.ts';

export const TrendOrder = builder.enumType('TrendOrder', {
  description: 'The order of a trending list.',
  values: {
    COUNT: { description: 'Most posts in the window; ties by code point.' },
    BURST: {
      description:
        "Most above what the term's own past predicts. Only terms above it, with at least two authors, are listed. " +
        'Ranked among the 500 terms that stand out most by a rough measure.',
    },
  } satisfies Record<TrendOrderName, object>,
});

/** The arguments of a sliding window, also for the subscription. */
export const slidingArgs = builder.args((t) => ({
  window: t.field({
    type: 'Duration',
    required: true,
    defaultValue: 3_600_000,
    description: `The length of the window, ${windowRule}.`,
  }),
  first: t.int({ required: true, defaultValue: 10, description: `How many, 1 to ${maxFirst}.` }),
  platform: t.field({ type: Platform, description: 'Only posts of this platform.' }),
  orderBy: t.field({ type: TrendOrder, required: true, defaultValue: 'COUNT', description: 'Sort order.' }),
}));

/** The most streams of one window. */
const maxStreams = 50;

/** The arguments of one window. */
export const windowArgs = builder.args((t) => ({
  streams: t.idList({
    description: `Only own posts of these streams, 1 to ${maxStreams}. A post in several of them counts once. Only their past predicts.`,
  }),
  endingAt: t.field({
    type: 'DateTime',
    description: 'The first instant after the window, to the millisecond; default: now, to the second.',
  }),
}));

type Args = {
  readonly window: number;
  readonly first: number;
  readonly platform?: PlatformName | null | undefined;
  readonly orderBy: TrendOrderName;
  readonly streams?: readonly (string | number)[] | null | undefined;
  readonly endingAt?: Date | null | undefined;
};

/**
 * Parses arguments of a window, and records what it reads. BAD_INPUT when they are out of bounds, NOT_FOUND for an
 * unknown stream.
 */
export async function parseAsked(
  context: Context,
  kind: TrendKind,
  args: Args,
): Promise<Omit<AskedWindow, 'withPast'>> {
  const { window, first, platform = null, orderBy, streams, endingAt } = args;
  const asked = {
    windowMs: parseWindow(window),
    first: parseFirst(first),
    endingAt: parseEnd(endingAt),
    order: orderBy,
  };
  if (streams == null) {
    context.reads.all();
    return { ...asked, scope: { kind, platform, streamIds: null } };
  }
  return { ...asked, scope: { kind, platform, streamIds: await requireStreams(context, streams) } };
}

async function requireStreams(
  context: Context,
  ids: readonly (string | number)[],
): Promise<readonly number[]> {
  if (ids.length === 0 || ids.length > maxStreams)
    throw new BadInputError(`Invalid streams: ${ids.length} asked, 1 to ${maxStreams} allowed`);
  const streamIds = [...new Set(ids.map(parseStreamId))].sort((a, b) => a - b);
  const found = await Promise.all(streamIds.map((streamId) => loadStream(context, String(streamId))));
  if (found.includes(null)) throw new NotFoundError('No such stream');
  return streamIds;
}
