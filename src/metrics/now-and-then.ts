import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks at most once in `everyMs`, and waits no longer than `patienceMs`. Null when what was asked failed, or has not
 * answered yet. Never rejects.
 */
export function nowAndThen<Value>(
  ask: () => Promise<Value>,
  { everyMs = 5_000, patienceMs = 1_500 } = {},
): () => Promise<Value | null> {
  let underWay: Promise<void> | null = null;
  let found: { readonly value: Value | null; readonly until: number } | null = null;
  const begin = () =>
    ask()
      .catch(() => null)
      .then((value) => {
        found = { value, until: performance.now() + everyMs };
        underWay = null;
      });
  return async () => {
    if (found !== null && performance.now() < found.until) return found.value;
    found = null;
    underWay ??= begin();
    const late = new AbortController();
    await Promise.race([underWay, sleep(patienceMs, undefined, { signal: late.signal }).catch(() => {})]);
    late.abort();
    return (found as { readonly value: Value | null } | null)?.value ?? null; // safe: begin() sets it meanwhile
  };
}
