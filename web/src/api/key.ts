import { shared } from '../share/shared.ts';

// The same name as on the server's own sign-in page, so that people are not asked for the key again.
const name = 'larkstat:key';
const listeners = new Set<() => void>();

/** The API key of this tab; null without one. It is deleted when the tab closes. */
export function apiKey(): string | null {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
}

/** Keeps a key for this tab; null deletes it. */
export function keepApiKey(key: string | null): void {
  if (key === null) sessionStorage.removeItem(name);
  else sessionStorage.setItem(name, key);
  for (const listener of listeners) listener();
}

/** Calls the listener when the key of this tab changes. */
export function onApiKey(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** The headers that authenticate a request: the token of a share comes before a key. */
export function keyHeaders(): Record<string, string> {
  const key = shared === null ? apiKey() : shared.token;
  return key === null ? {} : { authorization: `Bearer ${key}` };
}
