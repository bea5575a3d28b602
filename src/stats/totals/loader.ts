import { noSums, postMeasures, type Sums } from '../../shared/sums.ts';
import { loadDays, loadTotal } from '../kernel/activity.ts';
import { countDistinct } from '../kernel/count-chatters.ts';
import { memoizePerScope } from '../kernel/memoize-per-scope.ts';
import { countAuthors, type EngagementSteps, engagementSteps } from './query.ts';

/** The sources of totals. Those that need a statement of their own are read once, when requested. */
export type TotalsSource = {
  readonly sums: Sums;
  readonly activeDays: () => Promise<number>;
  readonly emotes: () => Promise<number>;
  readonly impressionsPerReaction: number;
  readonly authors: () => Promise<number>;
  readonly engagement: () => Promise<EngagementSteps>;
};

export const median = 0.5;
export const p90 = 0.9;

/** The totals of a scope. */
export const loadTotals = memoizePerScope(async (db, scope): Promise<TotalsSource> => {
  const days = () => loadDays(db, scope, ['posts']);
  return {
    sums: { ...noSums, ...(await loadTotal(db, scope, postMeasures)) },
    emotes: async () => (await loadTotal(db, scope, ['emotes'])).emotes,
    activeDays: async () => (await days()).length,
    impressionsPerReaction: scope.impressionsPerReaction,
    // For part of a chat, the tallies of authors would have to read its messages.
    authors: () =>
      scope.complete || !scope.keepsMinutes ? countAuthors(db, scope) : countDistinct(db, scope, []),
    engagement: () => engagementSteps(db, scope, median, p90),
  };
});
