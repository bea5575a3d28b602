import { useMemo, useRef } from 'react';
import { Card } from '../card/card.tsx';
import { queryLink } from '../card/query-link.ts';
import type { CardState } from '../card/state.ts';
import { Chart, type ChartHandle } from '../chart/chart.tsx';
import { exact } from '../format/numbers.ts';
import { depthOption } from './depth-option.ts';

type DepthCardProps = {
  /** Posts at each depth, in any order. */
  depths: readonly { readonly depth: number; readonly posts: number }[];
  state: CardState;
  /** What is counted: "all conversations of @x". */
  scope: string;
  query: Parameters<typeof queryLink>[0];
  variables: Record<string, unknown>;
  height?: number;
  className?: string;
  footer?: React.ReactNode;
};

/** The number of posts at each depth of conversations. */
export function DepthCard(props: DepthCardProps) {
  const { depths, state, scope, query, variables, height = 200, className, footer } = props;
  const handle = useRef<ChartHandle>(null);
  const posts = useMemo(() => {
    const deepest = Math.max(-1, ...depths.map(({ depth }) => depth));
    const counts = new Array<number>(deepest + 1).fill(0);
    for (const { depth, posts: count } of depths) counts[depth] = count;
    return counts;
  }, [depths]);
  const option = useMemo(
    () => (colours: Parameters<typeof depthOption>[1], width: number) => depthOption(posts, colours, width),
    [posts],
  );
  const points = useMemo(
    () =>
      posts.map((count, depth) => ({
        title: depth === 0 ? 'The roots' : `${exact(depth)} below the root`,
        rows: [{ label: 'Posts', text: exact(count) }],
      })),
    [posts],
  );
  return (
    <Card
      title="Depth of replies"
      scope={`${scope} · log scale`}
      height={height}
      state={state}
      table={
        state.kind === 'ready'
          ? { columns: ['Depth', 'Posts'], rows: posts.map((count, depth) => [String(depth), count]) }
          : null
      }
      queryHref={queryLink(query, variables)}
      png={() => handle.current?.png()}
      footer={footer}
      {...(className !== undefined && { className })}
    >
      <Chart
        label="Posts by depth, log scale"
        height={height}
        option={option}
        points={points}
        handle={handle}
      />
    </Card>
  );
}
