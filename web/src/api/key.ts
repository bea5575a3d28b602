import { shared } from '../share/shared.ts';

// The same name as the server's own page that asks for a key: whoever came in by it is not asked again.
const name = 'larkstat:key';
const listeners = new Set<() => void>();

/** The API key of this tab; null without one. It is gone when the tab closes. */
export function apiKey(): string | null {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
}

/** Keeps a key for this tab; null forgets it. */
export function keepApiKey(key: string | null): void {
  if (key === null) sessionStorage.removeItem(name);
  else sessionStorage.setItem(name, key);
  for (const listener of listeners) listener();
}

/** Calls back when the key of this tab changes. */
export function onApiKey(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** The headers that say who asks: what was shared with this tab goes before a key. */
export function keyHeaders(): Record<string, string> {
  const key = shared === null ? apiKey() : shared.token;
  return key === null ? {} : { authorization: `Bearer ${key}` };
}
