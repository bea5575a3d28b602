// Runs before the first paint, so that the page never flashes in the other theme. `src/theme/theme.ts` changes it later.
(() => {
  let kept = null;
  try {
    kept = localStorage.getItem('larkstat:theme');
  } catch {
    // A browser that keeps nothing follows the system.
  }
  const dark = kept === 'dark' || (kept !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
