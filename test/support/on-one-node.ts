import { inject, test } from 'vitest';

/**
 * A test of behaviour on a single node: a plan, a trigger, who waits for whom. On a distributed store rows, plans and
 * locks are on other nodes, so it is skipped.
 */
export const onOneNode = test.skipIf(inject('isDistributed'));
