import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalPubSub } from '../../src/platform/pubsub.ts';
import { patienceMs } from './patience.ts';

/** Waits until no subscription is open, as after all connections end; fails when one remains. */
export async function untilNoneIsOpen(
  changes: Pick<LocalPubSub, 'count'>,
  forMs = patienceMs,
): Promise<void> {
  for (const end = Date.now() + forMs; changes.count() > 0; await sleep(5)) {
    if (Date.now() > end) throw new Error(`subscriptions that are left open: ${changes.count()}`);
  }
}
