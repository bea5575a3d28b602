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

// The only module that imports ECharts. Only chart-canvas.tsx imports it, and that is loaded when the first chart is
// shown. A rare kind of chart gets its own module next to this one, like `echarts-graph.ts`: it imports its parts by
// name and calls `use`. The `load` of a chart imports it dynamically.
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
