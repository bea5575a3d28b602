import { expect, it } from 'vitest';
import { findPreloads } from '../../../web/preload.ts';

const chunk = (module: string | null, ...imports: string[]) => ({
  facadeModuleId: module === null ? null : `/somewhere/web/src/${module}.tsx`,
  imports,
});
const chunks = new Map(
  Object.entries({
    'index.js': chunk(null, 'react.js'),
    'react.js': chunk(null),
    'account.js': chunk('routes/account', 'react.js', 'cards.js'),
    'jobs.js': chunk('routes/jobs', 'index.js'),
    'cards.js': chunk(null, 'axis.js', 'account.js'),
    'axis.js': chunk(null),
    'chart-canvas.js': chunk('chart/chart-canvas', 'echarts.js', 'axis.js'),
    'echarts.js': chunk(null),
  }),
);

it('each page lists the files that it needs besides the common ones, with their imports, once each', () => {
  const { files, pages } = findPreloads(chunks, 'index.js');
  const of = (first: string) => pages[first]?.map((index) => files[index]).sort();
  expect(of('x')).toEqual(['account.js', 'axis.js', 'cards.js', 'chart-canvas.js', 'echarts.js']);
  expect(of('jobs')).toEqual(['jobs.js']);
  expect(of('topic')).toEqual(['axis.js', 'chart-canvas.js', 'echarts.js']);
  expect(new Set(files).size).toBe(files.length);
});
