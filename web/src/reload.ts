import { waitMs } from './api/wait.ts';

const key = 'larkstat:reloaded';
const atMost = 60_000;

/**
 * Loads the page again when a part of it is gone, as the server was updated meanwhile; once a minute at most. A server
 * that does not answer is waited for: without it, loading again would leave nothing but the browser's own error.
 */
export function reloadAfterUpdate(): void {
  addEventListener('vite:preloadError', (event) => {
    if (Date.now() - Number(sessionStorage.getItem(key) ?? 0) < atMost) return;
    event.preventDefault();
    sessionStorage.setItem(key, String(Date.now()));
    void answered().then(() => location.reload());
  });
}

/** Resolves when the server answers at all. */
async function answered(): Promise<void> {
  for (let attempts = 0; ; attempts++) {
    const response = await fetch(location.pathname, { method: 'HEAD', cache: 'no-store' }).catch(() => null);
    if (response !== null) return;
    await new Promise((resolve) => setTimeout(resolve, waitMs(attempts, Math.random())));
  }
}
