import type { CardState, Offer } from '../card/state.ts';
import { minuteOf } from '../format/dates.ts';
import { exact } from '../format/numbers.ts';
import { type TrendingView, windowHolding } from './search.ts';

const names = { HASHTAG: 'hashtag', MENTION: 'mention', WORD: 'word' } as const;

/**
 * Returns why a window is empty, and alternatives: another order when nothing rises, otherwise a longer window or the
 * newest posts.
 */
export function emptyWindow(input: {
  readonly view: TrendingView;
  readonly totalCount: number;
  /** Null without any post. */
  readonly newestPostAt: string | null;
  readonly endsAt: string;
  readonly onChange: (view: Partial<TrendingView>) => void;
}): CardState {
  const { view, totalCount, newestPostAt, endsAt, onChange } = input;
  const name = names[view.kind];
  const offers: Offer[] = [];
  if (totalCount > 0) {
    offers.push({ label: 'Rank by posts', onClick: () => onChange({ order: 'COUNT' }) });
    return {
      kind: 'empty',
      title: 'Nothing rises above the usual',
      hint: `${exact(totalCount)} ${name}${totalCount === 1 ? ' is' : 's are'} used in this window, none by two authors or more beyond what is expected.`,
      offers,
    };
  }
  if (newestPostAt === null)
    return { kind: 'empty', title: 'No posts yet', hint: 'What you collect or import shows here.' };
  if (view.platform !== null)
    offers.push({ label: 'All platforms', onClick: () => onChange({ platform: null }) });
  const newest = Date.parse(newestPostAt);
  const longer = windowHolding(newest, Date.parse(endsAt));
  if (longer !== null && longer.value !== view.window.value)
    offers.push({ label: `Show the last ${longer.name}`, onClick: () => onChange({ window: longer }) });
  offers.push({
    label: `Show the ${view.window.name} up to the newest post`,
    onClick: () => onChange({ at: minuteAfter(newest) }),
  });
  return {
    kind: 'empty',
    title: `No ${name} in this window`,
    hint: `The newest collected post is from ${minuteOf(newestPostAt, view.zone)}.`,
    offers,
  };
}

/** Returns the first full minute after an instant: a window that ends then contains it. */
export function minuteAfter(instant: number): string {
  return new Date((Math.floor(instant / 60_000) + 1) * 60_000).toISOString();
}
