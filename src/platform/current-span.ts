import { AsyncLocalStorage } from 'node:async_hooks';

/** The span that the code runs in; undefined outside of one. Costs nothing as long as there are no spans. */
export const currentSpan = new AsyncLocalStorage<{ readonly traceId: string }>();
