import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Calls `ask` at most once in `everyMs` and waits at most `patienceMs`. Returns null when it failed, or has not
 * answered yet. Never rejects.
 */
export function nowAndThen<Value>(
  ask: () => Promise<Value>,
  { everyMs = 5_000, patienceMs = 1_500 } = {},
): () => Promise<Value | null> {
  let pending: Promise<void> | null = null;
  let found: { readonly value: Value | null; readonly until: number } | null = null;
  const begin = () =>
    ask()
      .catch(() => null)
      .then((value) => {
        found = { value, until: performance.now() + everyMs };
        pending = null;
      });
  return async () => {
    if (found !== null && performance.now() < found.until) return found.value;
    found = null;
    pending ??= begin();
    const late = new AbortController();
    await Promise.race([pending, sleep(patienceMs, undefined, { signal: late.signal }).catch(() => {})]);
    late.abort();
    return (found as { readonly value: Value | null } | null)?.value ?? null; // safe: begin() sets it meanwhile
  };
}
