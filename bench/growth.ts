import type { SeededAccount } from './support/account.ts';
import { openApi } from './support/api.ts';
import { count, type Finding, ms, type Run, report, times } from './support/finding.ts';
import { largeStore } from './support/large-store.ts';
import { readOperation } from './support/operation.ts';
import { median, percentile, time } from './support/timings.ts';

const mostGrowth = 5;

/** How the cost of the uncached dashboard query grows with ten times the posts in the same years. */
export async function growth(run: Run): Promise<readonly Finding[]> {
  const { text } = await readOperation('dashboard');
  const { store, small, middle, large } = await largeStore(run);
  const api = await openApi(store.db);
  const findings: Finding[] = [];
  let before: { readonly account: SeededAccount; readonly ms: number } | null = null;
  for (const account of [small, middle, large]) {
    report(`${count(account.posts)} posts`);
    const timings = await time(() => api.ask(text, { handle: account.handle }), {
      runs: 15,
      warmUps: 3,
      before: () => api.forget(account.streamId),
    });
    const figure = median(timings);
    const finding: Finding = {
      part: 'growth',
      what: 'dashboard, all time, UTC',
      size: `${count(account.posts)} posts`,
      figure: `${ms(figure)} (p95 ${ms(percentile(timings, 0.95))})`,
    };
    findings.push(
      before === null
        ? finding
        : {
            ...finding,
            floor: `${ms(before.ms)} at ${count(before.account.posts)}`,
            ratio: times(figure / before.ms),
            target: `<= ${mostGrowth}×`,
            met: figure / before.ms <= mostGrowth,
          },
    );
    before = { account, ms: figure };
  }
  return findings;
}
