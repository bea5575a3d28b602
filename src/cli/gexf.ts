import XMLBuilder from 'fast-xml-builder';

/** A network of hashtags, as the API returns it. */
export type NetworkData = {
  readonly nodes: readonly { readonly hashtag: { readonly tag: string }; readonly posts: number }[];
  readonly edges: readonly {
    readonly source: string;
    readonly target: string;
    readonly posts: number;
    readonly rate: number;
    readonly lift: number;
  }[];
};

/** Writes a network as GEXF 1.3, which Gephi reads. An edge's weight is its number of posts. */
export function toGexf({ nodes, edges }: NetworkData): string {
  const builder = new XMLBuilder({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    suppressEmptyNode: true,
    suppressBooleanAttributes: false,
    format: true,
  });
  const graph = {
    '@mode': 'static',
    '@defaultedgetype': 'undirected',
    attributes: [
      { '@class': 'node', attribute: [attribute('posts', 'long')] },
      {
        '@class': 'edge',
        attribute: [attribute('posts', 'long'), attribute('rate', 'double'), attribute('lift', 'double')],
      },
    ],
    nodes: {
      node: nodes.map(({ hashtag: { tag }, posts }) => ({
        '@id': tag,
        '@label': `#${tag}`,
        attvalues: values({ posts }),
      })),
    },
    edges: {
      edge: edges.map(({ source, target, posts, rate, lift }, at) => ({
        '@id': String(at),
        '@source': source,
        '@target': target,
        '@weight': String(posts),
        attvalues: values({ posts, rate, lift }),
      })),
    },
  };
  return builder.build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    gexf: { '@xmlns': 'http://gexf.net/1.3', '@version': '1.3', graph },
  });
}

const attribute = (name: string, type: 'long' | 'double') => ({
  '@id': name,
  '@title': name,
  '@type': type,
});

const values = (of: Readonly<Record<string, number>>) => ({
  attvalue: Object.entries(of).map(([name, value]) => ({ '@for': name, '@value': String(value) })),
});
