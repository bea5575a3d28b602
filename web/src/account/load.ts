import type { Client } from 'urql';
import { answeredSoon } from '../api/answered.ts';
import type { StreamSearch, StreamView } from '../search-params/page.ts';
import { spanOf } from '../stats/spans.ts';
import { comparisonVariables, isNarrow, statsVariables, viewOf, yearVariables } from '../stats/variables.ts';
import { AccountAbove, AccountBelow } from './queries.ts';

/** The variables of both requests of an account's page. `year`: the calendar year when the page opened. */
export function accountVariables(handle: string, view: StreamView, year: number | null, now: number) {
  const { range, zone, step, buckets } = statsVariables(view, now);
  return {
    above: { handle, range, zone, step, buckets, ...comparisonVariables(view), ofAccount: true },
    below: { handle, range, zone, step, ...yearVariables(year) },
  };
}

/** Requests an account page's data before its code is loaded. Resolves when it is answered, or after a moment. */
export function loadAccount(api: Client, handle: string, search: StreamSearch): Promise<void> | undefined {
  const now = Date.now();
  const view = viewOf(search, isNarrow(), now, spanOf(`/x/${handle}`));
  const { above, below } = accountVariables(handle, view, view.year, now);
  return answeredSoon([
    api.query(AccountAbove, above).toPromise(),
    api.query(AccountBelow, below).toPromise(),
  ]);
}
