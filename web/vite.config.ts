import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { ahead } from './ahead.ts';
import { documentsAsTexts } from './documents-as-texts.ts';
import { noCircles } from './no-circles.ts';

const api = process.env.LARKSTAT_URL ?? 'http://localhost:4000';
// Without `changeOrigin`: the server compares Origin with Host, and refuses sockets whose two differ.
const proxied = { target: api, ws: true };

/** The dashboard: `npm run build` writes it to dist/web, `npm run dev:web` serves it beside a running server. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [documentsAsTexts(), ahead(), noCircles(), tailwindcss(), react()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // Else small files become `data:` addresses, which the page's content policy does not allow everywhere.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    chunkSizeWarningLimit: 650,
    rolldownOptions: {
      output: {
        // A page was 55 files, most below 3 kB. Each costs the browser some milliseconds, those that it has kept as well.
        codeSplitting: {
          groups: [
            // What asks for the data, which runs before what shows it is there.
            { name: 'early', test: /web\/src\/early\.ts$/, priority: 3 },
            { name: 'base', tags: ['$initial'], priority: 2 },
            // One file, not one for each set of pages merged by size: those imported each other, and of two that do one runs
            // before what it is made of is there.
            {
              name: 'shared',
              // What draws charts is for the pages that have some.
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
