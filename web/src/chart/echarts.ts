import { BarChart, HeatmapChart, LineChart } from 'echarts/charts';
import {
  CalendarComponent,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapContinuousComponent,
  VisualMapPiecewiseComponent,
} from 'echarts/components';
import { init, setPlatformAPI, use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';
import { measureText } from './measure-text.ts';

// The one place that names what the charts are drawn with. Only chart-canvas.tsx imports it, and that is loaded when a
// chart is first shown. A rare kind goes into a module of its own beside this one, `echarts-graph.ts`: it imports its
// parts by name and calls `use`, and is loaded by `import()` through the `load` of a chart.
use([
  BarChart,
  LineChart,
  HeatmapChart,
  GridComponent,
  TooltipComponent,
  CalendarComponent,
  VisualMapContinuousComponent,
  VisualMapPiecewiseComponent,
  MarkLineComponent,
  MarkAreaComponent,
  LabelLayout,
  CanvasRenderer,
]);

setPlatformAPI({ measureText });

export { init };
