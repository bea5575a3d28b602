import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** What each page needs besides the files that every page loads: its own module, and whether it shows charts. */
const pages: Readonly<Record<string, readonly [module: string, charts: boolean]>> = {
  '': ['start', false],
  x: ['account', true],
  topic: ['topic', true],
  twitch: ['channel', true],
  compare: ['compare', true],
  trending: ['trending', true],
  tag: ['tag', true],
  conversations: ['conversations', false],
  conversation: ['conversation', false],
  posts: ['posts', false],
  post: ['post', false],
  jobs: ['jobs', false],
  system: ['system', false],
};

/** The used fields of a chunk of the build. */
type Chunk = { readonly facadeModuleId: string | null; readonly imports: readonly string[] };

/** The script that runs before the first paint. It is in `public` and not a module, since modules run later. */
const first = new URL('public/theme.js', import.meta.url);

/** Its name without a hash, under which the dev server serves it. */
const plain = 'theme.js';

/**
 * Writes into the page which additional files each address needs, so that `theme.js` preloads them. Otherwise the
 * browser finds them only after it has loaded and run the first files. The script's name gets a hash, so that a browser
 * need not revalidate its cached copy before the first paint.
 */
export function preloadFiles(): Plugin {
  return {
    name: 'larkstat:preload',
    apply: 'build',
    // The copy of `public` is not needed besides the one with a hash.
    writeBundle: ({ dir }) => rm(join(dir ?? '', plain), { force: true }),
    buildStart() {
      this.emitFile({ type: 'asset', name: plain, source: readFileSync(first) });
    },
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {}, chunk }) {
        const chunks = new Map(
          Object.values(bundle).flatMap((each) =>
            each.type === 'chunk' ? [[each.fileName, each] as const] : [],
          ),
        );
        const early = Object.values(bundle).find((each) => each.type === 'chunk' && each.name === 'early');
        const content = JSON.stringify({
          ...findPreloads(chunks, chunk?.fileName ?? ''),
          early: early?.fileName,
        });
        const theme = Object.values(bundle).find(
          (each) => each.type === 'asset' && each.names.includes(plain),
        );
        if (theme === undefined) throw new Error(`The build has no ${plain}`);
        html = html.replace(`src="/${plain}"`, `src="/${theme.fileName}"`);
        return { html, tags: [{ tag: 'meta', attrs: { name: 'ahead', content }, injectTo: 'head-prepend' }] };
      },
    },
  };
}

/** The files, and which of them each first part of an address needs. */
export function findPreloads(
  chunks: ReadonlyMap<string, Chunk>,
  entry: string,
): { readonly files: readonly string[]; readonly pages: Readonly<Record<string, readonly number[]>> } {
  const always = new Set<string>();
  follow(chunks, entry, always);
  const fileOf = (module: string) =>
    [...chunks].find(([, { facadeModuleId }]) => facadeModuleId?.endsWith(`/web/src/${module}.tsx`))?.[0];
  const files: string[] = [];
  const needed = Object.entries(pages).map(([first, [module, charts]]) => {
    const all = new Set(always);
    for (const name of [`routes/${module}`, ...(charts ? ['chart/chart-canvas'] : [])])
      follow(chunks, fileOf(name) ?? '', all);
    const own = [...all].filter((file) => !always.has(file));
    for (const file of own) if (!files.includes(file)) files.push(file);
    return [first, own.map((file) => files.indexOf(file))] as const;
  });
  return { files, pages: Object.fromEntries(needed) };
}

function follow(chunks: ReadonlyMap<string, Chunk>, file: string, found: Set<string>): void {
  const chunk = chunks.get(file);
  if (chunk === undefined || found.has(file)) return;
  found.add(file);
  for (const each of chunk.imports) follow(chunks, each, found);
}
