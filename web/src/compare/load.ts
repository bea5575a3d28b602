import type { Client } from 'urql';
import { preloadCharts } from '../chart/chart.tsx';
import { stepFor, toTimeRange } from '../search-params/range.ts';
import { CompareHeads } from './queries.ts';
import type { CompareView, Named } from './search.ts';

/** The step of a comparison, chosen by its range. */
export const stepOf = ({ range }: CompareView) => stepFor(range);

/** Variables of both requests. They contain no time of day, so that they can be cached. */
export function compareVariables(view: CompareView, now: number) {
  const topic = (index: number) => {
    const slot = view.slots[index];
    return slot?.kind === 'topic' ? slot.name : '';
  };
  return {
    handles: view.slots.flatMap((slot) => (slot?.kind === 'x' ? [slot.name] : [])),
    topic0: topic(0),
    topic1: topic(1),
    topic2: topic(2),
    topic3: topic(3),
    topic4: topic(4),
    has0: topic(0) !== '',
    has1: topic(1) !== '',
    has2: topic(2) !== '',
    has3: topic(3) !== '',
    has4: topic(4) !== '',
    range: toTimeRange(view.range, view.zone, now),
    zone: view.zone,
  };
}

type Answer<Account, Topic> = {
  readonly accounts: readonly (Account | null)[];
  readonly topic0?: Topic | null;
  readonly topic1?: Topic | null;
  readonly topic2?: Topic | null;
  readonly topic3?: Topic | null;
  readonly topic4?: Topic | null;
};

/** Returns the answer for each slot; null when nothing was collected, or the slot is empty. */
export function bySlot<Account, Topic>(
  slots: readonly (Named | null)[],
  answer: Answer<Account, Topic> | undefined,
): readonly (Account | Topic | null)[] {
  if (answer === undefined) return slots.map(() => null);
  const topics = [answer.topic0, answer.topic1, answer.topic2, answer.topic3, answer.topic4];
  let accounts = 0;
  return slots.map((slot, index) => {
    if (slot === null) return null;
    if (slot.kind === 'topic') return topics[index] ?? null;
    accounts += 1;
    return answer.accounts[accounts - 1] ?? null;
  });
}

/** Starts the page's first request and loads its charts, before the page itself is loaded. */
export function loadCompare(api: Client, view: CompareView): void {
  if (view.slots.length === 0) return;
  void api.query(CompareHeads, { ...compareVariables(view, Date.now()), step: stepOf(view) }).toPromise();
  void preloadCharts();
}
