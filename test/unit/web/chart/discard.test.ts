import { HeatmapChart } from 'echarts/charts';
import { GridComponent, VisualMapComponent } from 'echarts/components';
import { type EChartsType, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { discard } from '../../../../web/src/chart/discard.ts';

use([HeatmapChart, GridComponent, VisualMapComponent, CanvasRenderer]);

const nextFrame = () => new Promise<void>((resolve) => requestAnimationFrame(() => resolve()));

beforeEach(() => {
  // Each look at the clock takes long, so that no frame paints all marks.
  let now = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => (now += 50));
  const context: object = new Proxy(
    {},
    { get: (_, name) => (name === 'measureText' ? () => ({ width: 1 }) : () => context) },
  );
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context as never);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** A chart with more marks than one frame paints. */
function manyMarks(): EChartsType {
  const chart = init(document.createElement('div'), null, { width: 400, height: 300, renderer: 'canvas' });
  chart.setOption({
    animation: false,
    xAxis: { type: 'category' },
    yAxis: { type: 'category' },
    visualMap: { min: 0, max: 10, show: false },
    series: [
      {
        type: 'heatmap',
        progressive: 100,
        progressiveThreshold: 100,
        data: Array.from({ length: 5_000 }, (_, at) => [at % 100, Math.floor(at / 100), at % 10]),
      },
    ],
  });
  return chart;
}

// An error in a frame fails the run, as one that nobody catches: with `dispose` alone there are twelve.
it('a chart can be discarded while it is painted', async () => {
  for (let painted = 0; painted < 12; painted += 1) {
    const chart = manyMarks();
    for (let at = 0; at < painted; at += 1) await nextFrame();
    expect(chart.isDisposed()).toBeFalsy();
    discard(chart);
    expect(chart.isDisposed()).toBe(true);
    for (let at = 0; at < 5; at += 1) await nextFrame();
  }
});
