import type { EChartsType } from 'echarts/core';

/**
 * Disposes of a chart. ECharts paints many marks over several frames, and its next frame fails on a disposed chart. So an
 * empty painting, which ends the one under way, comes first.
 */
export function discard(chart: EChartsType): void {
  chart.clear();
  chart.getZr().flush();
  chart.dispose();
}
