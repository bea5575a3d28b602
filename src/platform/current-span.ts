import { AsyncLocalStorage } from 'node:async_hooks';

/** The current span; undefined outside of one. Costs nothing while there are no spans. */
export const currentSpan = new AsyncLocalStorage<{ readonly traceId: string }>();
