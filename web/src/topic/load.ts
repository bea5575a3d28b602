import type { Client } from 'urql';
import { answeredSoon } from '../api/answered.ts';
import type { StreamSearch, StreamView } from '../search-params/page.ts';
import { spanOf } from '../stats/spans.ts';
import { comparisonVariables, isNarrow, statsVariables, viewOf, yearVariables } from '../stats/variables.ts';
import { TopicAbove, TopicBelow } from './queries.ts';

/** The variables of both requests of a topic's page. `year`: the calendar year when the page opened. */
export function topicVariables(query: string, view: StreamView, year: number | null, now: number) {
  const { range, zone, step, buckets } = statsVariables(view, now);
  return {
    above: { query, range, zone, step, buckets, ...comparisonVariables(view), ofAccount: false },
    below: { query, range, zone, step, ...yearVariables(year) },
  };
}

/** Requests a topic page's data before its code is loaded. Resolves when it is answered, or after a moment. */
export function loadTopic(api: Client, query: string, search: StreamSearch): Promise<void> | undefined {
  const now = Date.now();
  const view = viewOf(search, isNarrow(), now, spanOf(`/topic/${encodeURIComponent(query)}`));
  const { above, below } = topicVariables(query, view, view.year, now);
  return answeredSoon([api.query(TopicAbove, above).toPromise(), api.query(TopicBelow, below).toPromise()]);
}
