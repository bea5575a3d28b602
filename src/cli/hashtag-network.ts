import { BadInputError } from '../shared/errors.ts';
import { askStore } from './ask.ts';
import { type NetworkData, toGexf } from './gexf.ts';
import { count, countOf, type Environment, type Output, percent, print, table } from './output.ts';

type Flags = Output & {
  readonly format?: string;
  readonly limit: number;
  readonly minRate: number;
};

/** Shows which hashtags are used together, or prints the network in a format for other programs. */
export async function hashtagNetwork(environment: Environment, flags: Flags): Promise<void> {
  const format = parseFormat(flags);
  const { hashtagNetwork: network } = await askStore<{
    hashtagNetwork: NetworkData & { readonly posts: number };
  }>(environment, 'hashtag-network', { first: flags.limit, minRate: flags.minRate });
  const { nodes, edges, posts } = network;
  const flat = { posts, nodes: nodes.map((node) => ({ tag: node.hashtag.tag, posts: node.posts })), edges };
  if (format === 'gexf') {
    process.stdout.write(toGexf(network));
    return;
  }
  print({ json: format === 'json' }, flat, [
    `${countOf(nodes.length, 'hashtag')} and ${countOf(edges.length, 'edge')} of ${countOf(posts, 'post')}`,
    ...(edges.length === 0
      ? []
      : table(
          [
            ['hashtag', 'goes with', 'posts', 'rate', 'lift'],
            ...edges
              .slice(0, shown)
              .map(({ source, target, posts: both, rate, lift }) => [
                `#${source}`,
                `#${target}`,
                count(both),
                percent(rate),
                `×${lift.toFixed(1)}`,
              ]),
          ],
          [2, 3, 4],
        )),
    ...(edges.length > shown
      ? [`… ${countOf(edges.length - shown, 'more edge')} (--format json has them)`]
      : []),
  ]);
}

/** The most edges in the table. */
const shown = 40;

function parseFormat({ format, json }: Flags): 'gexf' | 'json' | 'table' {
  if (format === 'gexf' && json) throw new BadInputError('--json and --format gexf: give one of them');
  if (format === 'gexf' || format === 'json') return format;
  if (format === undefined) return json ? 'json' : 'table';
  throw new BadInputError(`Unknown format: ${format.slice(0, 60)}. Expected gexf or json`);
}
