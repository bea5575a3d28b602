const key = 'larkstat:reloaded';
const atMost = 60_000;

/** Loads the page again when a part of it is gone, as the server was updated meanwhile; once a minute at most. */
export function reloadAfterUpdate(): void {
  addEventListener('vite:preloadError', (event) => {
    if (Date.now() - Number(sessionStorage.getItem(key) ?? 0) < atMost) return;
    event.preventDefault();
    sessionStorage.setItem(key, String(Date.now()));
    location.reload();
  });
}
