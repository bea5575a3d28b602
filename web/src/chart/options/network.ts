import type { EChartsCoreOption } from 'echarts/core';
import { type Colours, faded } from '../colours.ts';

/** The width of a letter of a label, in pixels: some of the widest that texts are made of. */
const labelWidth = 6.6;
/** Most nodes that a graph can hold and still be read. */
export const mostNodes = 30;

/** Things that go together. */
export type Network = {
  /** In the order in which they stand around the circle. */
  readonly nodes: readonly { readonly name: string; readonly label: string; readonly value: number }[];
  /** The share of the smaller one's posts that both are in, 0 to 1, is the width of the line. */
  readonly edges: readonly { readonly source: string; readonly target: string; readonly rate: number }[];
  /** The node that the graph is about. */
  readonly centre?: string | undefined;
};

/** The option of a graph of which the nodes stand in a circle. Load `echarts-graph.ts` for it. */
export function networkOption(network: Network, colours: Colours, width: number): EChartsCoreOption {
  const nodes = network.nodes.slice(0, mostNodes);
  const names = new Set(nodes.map(({ name }) => name));
  const most = Math.max(1, ...nodes.map(({ value }) => value));
  // The labels stand outside the circle: as much room as the longest needs, and no more than leaves one.
  const longest = Math.max(0, ...nodes.map(({ label }) => [...label].length));
  const margin = Math.min(width < 420 ? 84 : 128, Math.max(56, 24 + longest * labelWidth));
  return {
    tooltip: { trigger: 'item' },
    series: [
      {
        type: 'graph',
        layout: 'circular',
        circular: { rotateLabel: true },
        left: margin,
        right: margin,
        top: margin,
        bottom: margin,
        cursor: 'pointer',
        data: nodes.map(({ name, label, value }) => ({
          id: name,
          name: label,
          value,
          // By area, as people compare areas.
          symbolSize: 6 + 20 * Math.sqrt(value / most),
          itemStyle: { color: name === network.centre ? colours.c2 : colours.c1 },
        })),
        edges: network.edges
          .filter(({ source, target }) => names.has(source) && names.has(target))
          .map(({ source, target, rate }) => ({
            source,
            target,
            lineStyle: { width: 0.75 + rate * 5.25, color: faded(colours.c1, 0.25 + rate * 0.4) },
          })),
        lineStyle: { curveness: 0.25 },
        label: {
          show: true,
          position: 'right',
          formatter: '{b}',
          color: colours['fg-2'],
          fontSize: 11,
          width: margin - 18,
          overflow: 'truncate',
        },
        emphasis: {
          focus: 'adjacency',
          label: { color: colours.fg },
          lineStyle: { color: colours.c1 },
        },
        blur: { itemStyle: { opacity: 0.25 }, label: { opacity: 0.35 }, lineStyle: { opacity: 0.08 } },
      },
    ],
  };
}
