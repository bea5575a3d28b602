import { waitMs } from './api/wait.ts';

const key = 'larkstat:reloaded';
const atMost = 60_000;

/**
 * Reloads the page when one of its files is missing, since the server was updated meanwhile; at most once a minute.
 * First waits for a server that does not answer: reloading would leave only the browser's error page.
 */
export function reloadAfterUpdate(): void {
  addEventListener('vite:preloadError', (event) => {
    if (Date.now() - Number(sessionStorage.getItem(key) ?? 0) < atMost) return;
    event.preventDefault();
    sessionStorage.setItem(key, String(Date.now()));
    void answered().then(() => location.reload());
  });
}

/** Resolves when the server gives any answer. */
async function answered(): Promise<void> {
  for (let attempts = 0; ; attempts++) {
    const response = await fetch(location.pathname, { method: 'HEAD', cache: 'no-store' }).catch(() => null);
    if (response !== null) return;
    await new Promise((resolve) => setTimeout(resolve, waitMs(attempts, Math.random())));
  }
}
