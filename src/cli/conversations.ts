import { BadInputError } from '../shared/errors.ts';
import { encodeGlobalId } from '../shared/global-id.ts';
import { toIso } from '../shared/instant.ts';
import { type Ask, apiOf } from './ask.ts';
import { getNamedStream } from './find-stream.ts';
import { clip, count, countOf, type Environment, type Output, print, table } from './output.ts';
import { withStore } from './with-store.ts';

type DepthReport = {
  readonly conversations: number;
  readonly posts: number;
  readonly maxDepth: number;
  readonly meanDepth: number;
  readonly histogram: readonly { readonly depth: number; readonly posts: number }[];
};

/** Shows the depths of conversations: of those that a stream began, or of all. */
export async function commentDepths(
  environment: Environment,
  name: string | undefined,
  options: Output & { readonly from?: number; readonly to?: number },
): Promise<void> {
  const { from, to } = options;
  const range = { from: from === undefined ? null : toIso(from), to: to === undefined ? null : toIso(to) };
  const answer = await askOf<{ conversationDepths: DepthReport }>(environment, name, (ask, stream) =>
    ask('conversation-depths', { stream, range }),
  );
  print(options, answer.conversationDepths, describeDepths(answer.conversationDepths));
}

type Chain = {
  readonly depth: number;
  readonly engagement: number;
  readonly participants: number;
  readonly posts: readonly {
    readonly platformId: string;
    readonly text: string;
    readonly author: { readonly handle: string };
    readonly metrics: { readonly engagement: number | null };
  }[];
};

/** The most paths, each with its posts, that one request may return. */
const limitMax = 100;

/** Shows deep and engaging paths through conversations: of those that a stream began, or of all. */
export async function viralChains(
  environment: Environment,
  name: string | undefined,
  options: Output & { readonly minDepth: number; readonly minEngagement: number; readonly limit: number },
): Promise<void> {
  const { minDepth, minEngagement, limit } = options;
  if (limit < 1 || limit > limitMax) {
    throw new BadInputError(`Invalid limit: ${limit} asked, 1 to ${limitMax} allowed`);
  }
  const answer = await askOf<{ viralChains: readonly Chain[] }>(environment, name, (ask, stream) =>
    ask('viral-chains', { stream, minDepth, minEngagement, first: limit }),
  );
  const none = `No path with ${countOf(minDepth, 'reply', 'replies')} and an engagement of ${count(minEngagement)}`;
  const lines = answer.viralChains.flatMap(describeChain);
  print(options, answer, lines.length === 0 ? [none] : lines);
}

/** Asks about the stream of this name, by its global id; without a name about all. */
const askOf = <Data>(
  environment: Environment,
  name: string | undefined,
  question: (ask: Ask, stream: string | null) => Promise<Data>,
): Promise<Data> =>
  withStore(environment, async (store, config) => {
    const stream = name === undefined ? null : await getNamedStream(store, name);
    const typename = stream?.kind === 'ACCOUNT' ? 'Account' : 'Topic';
    const id = stream === null ? null : encodeGlobalId(typename, String(stream.streamId));
    return question(apiOf(store, config), id);
  });

/** Characters of the longest bar. */
const barWidth = 40;

function describeDepths({
  conversations,
  posts,
  maxDepth,
  meanDepth,
  histogram,
}: DepthReport): readonly string[] {
  if (conversations === 0) return ['No conversations: no post whose replies were collected'];
  const most = Math.max(...histogram.map((each) => each.posts));
  const bar = (value: number) => '█'.repeat(Math.max(1, Math.round((value / most) * barWidth)));
  const rows = histogram.map((each) => [String(each.depth), count(each.posts), bar(each.posts)]);
  return [
    `${countOf(conversations, 'conversation')}, ${countOf(posts, 'post')}: depth ${meanDepth.toFixed(2)} on average, ${maxDepth} at most`,
    ...table([['depth', 'posts', ''], ...rows], [0, 1]),
  ];
}

/** The most shown posts of a path, as in the operation. */
const shownMax = 30;

function describeChain({ depth, engagement, participants, posts }: Chain, at: number): readonly string[] {
  const head = `${at + 1}. engagement ${count(engagement)}, ${countOf(depth, 'reply', 'replies')} deep, ${countOf(participants, 'participant')}`;
  const rows = posts.map(({ author, text, metrics }, above) => [
    `   ${above}`,
    `@${author.handle}`,
    metrics.engagement === null ? 'unknown' : count(metrics.engagement),
    clip(text, 80),
  ]);
  const more = depth + 1 - posts.length;
  return [
    ...(at === 0 ? [] : ['']),
    head,
    ...table(rows, [0, 2]),
    ...(more > 0 && posts.length >= shownMax ? [`   … ${countOf(more, 'more post')}`] : []),
  ];
}
