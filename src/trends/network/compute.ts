/** A hashtag of a network. */
export type NetworkNode = { readonly tag: string; readonly posts: number };

/** Two hashtags that share posts. */
export type NetworkEdge = {
  /** The more used of the two; of equally used ones the first in the alphabet. */
  readonly source: string;
  readonly target: string;
  readonly posts: number;
  /** Posts with both divided by posts with the less used one, 0 to 1. */
  readonly rate: number;
  /** Posts with both divided by the number that chance would give: 1 when they are independent. */
  readonly lift: number;
};

export type Network = {
  /** Most used first. */
  readonly nodes: readonly NetworkNode[];
  /** Most posts first. */
  readonly edges: readonly NetworkEdge[];
  /** Posts that it was computed from. */
  readonly posts: number;
};

type Row = {
  readonly tag: string;
  readonly other: string | null;
  readonly posts: number;
  readonly of: number;
};

/** Builds a network from counts of hashtags and of pairs of them, without edges below a rate. */
export function networkOf(rows: readonly Row[], minRate: number): Network {
  const nodes = rows.filter(({ other }) => other === null).sort(byUse);
  const posts = new Map(nodes.map((node) => [node.tag, node.posts]));
  const rank = new Map(nodes.map(({ tag }, at) => [tag, at]));
  const edges = rows.flatMap(({ tag, other, posts: both, of }): readonly NetworkEdge[] => {
    if (other === null) return [];
    const [source, target] = (rank.get(tag) ?? 0) < (rank.get(other) ?? 0) ? [tag, other] : [other, tag];
    const [more, less] = [posts.get(source) ?? 0, posts.get(target) ?? 0];
    const rate = both / Math.min(more, less);
    return rate < minRate ? [] : [{ source, target, posts: both, rate, lift: (both * of) / (more * less) }];
  });
  return {
    nodes: nodes.map(({ tag, posts: uses }) => ({ tag, posts: uses })),
    edges: edges.sort(
      (a, b) => b.posts - a.posts || byCode(a.source, b.source) || byCode(a.target, b.target),
    ),
    posts: rows[0]?.of ?? 0,
  };
}

const byUse = (a: Row, b: Row) => b.posts - a.posts || byCode(a.tag, b.tag);
/** By code point, as Postgres' collation "C" does. */
const byCode = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
