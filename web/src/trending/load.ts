import type { Client } from 'urql';
import { preloadCharts } from '../chart/chart.tsx';
import { TrendingPage, TrendingTermsPage } from './queries.ts';
import type { TrendingView } from './search.ts';

/** Variables of the page's first request. */
export function windowVariables({ window, order, platform, at }: TrendingView) {
  return { window: window.value, order, platform, at };
}

/** Starts the page's first request and loads its charts, before the page itself is loaded. */
export function loadTrending(api: Client, view: TrendingView): void {
  if (view.kind === 'HASHTAG') void api.query(TrendingPage, windowVariables(view)).toPromise();
  else void api.query(TrendingTermsPage, { ...windowVariables(view), kind: view.kind }).toPromise();
  void preloadCharts();
}
