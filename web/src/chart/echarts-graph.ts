// Nodes and edges: load it by `load: () => import('./echarts-graph.ts')`, and use a series of type `graph`.
import { GraphChart } from 'echarts/charts';
import { use } from 'echarts/core';

use([GraphChart]);
