import type { Client } from 'urql';
import { answeredSoon } from '../api/answered.ts';
import type { Step } from '../format/dates.ts';
import { addDays, dayIn, daysBetween } from '../search-params/days.ts';
import type { StreamSearch, StreamView } from '../search-params/page.ts';
import { coarser, type Range, rangeDays } from '../search-params/range.ts';
import { spanOf } from '../stats/spans.ts';
import { comparisonVariables, isNarrow, statsVariables, viewOf } from '../stats/variables.ts';
import { ChannelAbove, ChannelBelow, ChannelMoments, ChannelShares } from './queries.ts';
import { chatTabOf } from './tabs.ts';

const minutesOf: Partial<Record<Step, number>> = { MINUTE: 1, HOUR: 60, DAY: 1_440 };

/**
 * Returns a suitable step for a chat's range, finer than that of posts. `span`: the number of days between the first
 * and the last message; null while unknown.
 */
export function chatStep(
  range: Range,
  zone: string,
  narrow: boolean,
  now: number,
  span: number | null = null,
): Step {
  const days = rangeDays(range, zone, now);
  const length = days === null ? span : daysBetween(days.from, days.to);
  if (length === null) return 'MONTH';
  const step: Step = length <= 2 ? 'MINUTE' : length <= 14 ? 'HOUR' : length <= 400 ? 'DAY' : 'MONTH';
  return narrow ? coarser(step, (length * 1_440) / (minutesOf[step] ?? 43_800), 300) : step;
}

/** Returns the view of a chat in an address. */
export function chatView(
  view: StreamView,
  search: StreamSearch,
  narrow: boolean,
  now: number,
  span: number | null = null,
): StreamView {
  return search.step === undefined
    ? { ...view, step: chatStep(view.range, view.zone, narrow, now, span) }
    : view;
}

/** Returns the day of the last message when the default range has none; null when it has some. */
export function lastDayRange(latest: string, zone: string, now: number): Range | null {
  const day = dayIn(zone, Date.parse(latest));
  const shown = rangeDays('1y', zone, now);
  return shown !== null && day < shown.from ? { from: day, to: addDays(day, 1) } : null;
}

/** The variables of a channel page's query. */
export function channelVariables(login: string, view: StreamView, now: number) {
  const { range, zone, step, buckets } = statsVariables(view, now);
  return {
    above: {
      login,
      range,
      zone,
      step,
      buckets,
      ...comparisonVariables(view),
      chatters: chatTabOf(view.metric) === 'AUTHORS',
    },
    below: { login, range, zone, step },
    moments: { login, range },
    shares: { login, range, zone },
  };
}

/** Whether a text can be a channel's login; the API refuses others. */
export const isLogin = (text: string): boolean => /^[a-z0-9_]{1,25}$/.test(text);

/** Requests a channel page's data before its code is loaded. Resolves when it is answered, or after a moment. */
export function loadChannel(api: Client, login: string, search: StreamSearch): Promise<void> | undefined {
  if (!isLogin(login)) return undefined;
  const now = Date.now();
  const narrow = isNarrow();
  const span = spanOf(`/twitch/${login}`);
  const view = chatView(viewOf(search, narrow, now, span), search, narrow, now, span);
  const { above, below, moments, shares } = channelVariables(login, view, now);
  return answeredSoon([
    api.query(ChannelAbove, above).toPromise(),
    api.query(ChannelBelow, below).toPromise(),
    api.query(ChannelMoments, moments).toPromise(),
    api.query(ChannelShares, shares).toPromise(),
  ]);
}
