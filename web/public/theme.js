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

// Has the browser load what this address needs while it still reads what every address needs: `web/ahead.ts`.
(() => {
  const { files, pages, early } = JSON.parse(
    document.querySelector('meta[name=ahead]')?.content ?? '{"pages":{}}',
  );
  // What asks for the page's data is small, and runs as soon as it is there.
  if (early !== undefined) {
    const script = document.createElement('script');
    script.type = 'module';
    script.crossOrigin = '';
    script.src = `/${early}`;
    document.head.append(script);
  }
  const [first] = location.pathname
    .replace(/^\/embed(?=\/)/, '')
    .slice(1)
    .split('/');
  for (const index of pages[first] ?? []) {
    const link = document.createElement('link');
    link.rel = 'modulepreload';
    link.crossOrigin = '';
    link.href = `/${files[index]}`;
    document.head.append(link);
  }
})();

// The first date that a browser formats has it read its tables of languages and zones. Every page needs them before it can ask
// for anything: read now, while its scripts are on their way.
setTimeout(() => Intl.DateTimeFormat().resolvedOptions());
