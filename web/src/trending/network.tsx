import { useNavigate } from '@tanstack/react-router';
import { type Ref, useMemo } from 'react';
import { Chart, type ChartHandle } from '../chart/chart.tsx';
import type { Colours } from '../chart/colours.ts';
import { mostNodes, type Network, networkOption } from '../chart/options/network.ts';
import { exact } from '../format/numbers.ts';

// A constant: the chart loads it once.
const load = () => import('../chart/echarts-graph.ts');

/** Hashtags around a circle; the width of a line shows how often two occur together. Each links to its page. */
export function HashtagNetwork(props: {
  label: string;
  network: Network;
  height: number;
  handle?: Ref<ChartHandle>;
}) {
  const { label, network, height } = props;
  const navigate = useNavigate();
  const option = useMemo(
    () => (colours: Colours, width: number) => networkOption(network, colours, width),
    [network],
  );
  const nodes = network.nodes.slice(0, mostNodes);
  const points = nodes.map(({ name, label: title, value }) => ({
    title,
    rows: [
      { label: 'Posts', text: exact(value) },
      {
        label: 'Goes with',
        text: exact(network.edges.filter(({ source, target }) => source === name || target === name).length),
      },
    ],
  }));
  return (
    <Chart
      label={label}
      height={height}
      option={option}
      points={points}
      load={load}
      {...(props.handle !== undefined && { handle: props.handle })}
      onOpen={(index) => {
        const tag = nodes[index]?.name;
        if (tag !== undefined) void navigate({ to: '/tag/$tag', params: { tag } });
      }}
    />
  );
}
