import type { EChartsCoreOption } from 'echarts/core';
import { type Colours, faded } from '../colours.ts';

/** Pixels for a letter of a label: one of the widest in typical texts. */
const labelWidth = 6.6;
/** Most nodes in a graph that is still readable. */
export const mostNodes = 30;

/** Related items. */
export type Network = {
  /** In their order around the circle. */
  readonly nodes: readonly { readonly name: string; readonly label: string; readonly value: number }[];
  /** The line's width is the share of the less used item's posts that contain both, 0 to 1. */
  readonly edges: readonly { readonly source: string; readonly target: string; readonly rate: number }[];
  /** The node that the graph is about. */
  readonly centre?: string | undefined;
};

/** The option of a graph whose nodes form a circle. Load `echarts-graph.ts` for it. */
export function networkOption(network: Network, colours: Colours, width: number): EChartsCoreOption {
  const nodes = network.nodes.slice(0, mostNodes);
  const names = new Set(nodes.map(({ name }) => name));
  const most = Math.max(1, ...nodes.map(({ value }) => value));
  // The labels are outside the circle. They get the width of the longest one, but always leave room for the circle.
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
          // By area, which is how people compare circles.
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
