import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { preloadFiles } from './preload.ts';
import { documentsAsTexts } from './documents-as-texts.ts';
import { rejectImportCycles } from './import-cycles.ts';

const api = process.env.LARKSTAT_URL ?? 'http://localhost:4000';
// Without `changeOrigin`: the server compares Origin with Host, and refuses sockets when they differ.
const proxied = { target: api, ws: true };

/** The dashboard: `npm run build` writes it to dist/web, `npm run dev:web` serves it beside a running server. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [documentsAsTexts(), preloadFiles(), rejectImportCycles(), tailwindcss(), react()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // Otherwise small files become `data:` addresses, which the page's content policy forbids in places.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    chunkSizeWarningLimit: 650,
    rolldownOptions: {
      output: {
        // A page had 55 files, most below 3 kB. Each costs the browser some milliseconds, even when cached.
        codeSplitting: {
          groups: [
            // The code that requests data; it runs before the code that shows it is loaded.
            { name: 'early', test: /web\/src\/early\.ts$/, priority: 3 },
            { name: 'base', tags: ['$initial'], priority: 2 },
            // One file instead of one for each set of pages, merged by size: those imported each other, and then one of
            // them runs before its imports.
            {
              name: 'shared',
              // Only pages with charts load the chart code.
              test: (id) => !/node_modules\/(echarts|zrender)|web\/src\/chart\/echarts/.test(id),
              minShareCount: 2,
              priority: 1,
            },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '/graphql': proxied,
      '/exports': proxied,
      '/media': proxied,
      '/health': proxied,
      '/ready': proxied,
    },
  },
});
