// Runs before the first paint, so that the page never flashes in the wrong theme. `src/theme/theme.ts` changes the
// theme later.
(() => {
  let kept = null;
  try {
    kept = localStorage.getItem('larkstat:theme');
  } catch {
    // A browser without storage follows the system.
  }
  const dark = kept === 'dark' || (kept !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();

// Preloads the files of this address while the browser still reads the common ones: see `web/preload.ts`.
(() => {
  const { files, pages, early } = JSON.parse(
    document.querySelector('meta[name=ahead]')?.content ?? '{"pages":{}}',
  );
  // The script that requests the page's data is small and runs as soon as it is loaded.
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

// The first formatted date makes a browser read its tables of languages and zones. Every page needs them before its
// first request, so they are read now, while scripts load.
setTimeout(() => Intl.DateTimeFormat().resolvedOptions());
