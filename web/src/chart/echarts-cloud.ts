// Words as a cloud: load it by `load: () => import('./echarts-cloud.ts')`, and use a series of type `wordCloud`.
import './echarts.ts';
import 'echarts-wordcloud';
