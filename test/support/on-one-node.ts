import { inject, test } from 'vitest';

/**
 * A test of what is on one node alone: a plan, a trigger, who waits for whom. Where the store is distributed, rows, their plans and
 * their locks are on other nodes, and it is skipped.
 */
export const onOneNode = test.skipIf(inject('isDistributed'));
