import { inject, test } from 'vitest';

/**
 * A test of behaviour on a single node, such as a plan, a trigger, or a wait for a lock. A distributed store has rows,
 * plans and locks on other nodes, so the test is skipped there.
 */
export const onOneNode = test.skipIf(inject('isDistributed'));
