import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** What a page is made of beside what every page loads: its own module, and whether it shows charts. */
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

/** A chunk of the build, as far as it is looked at. */
type Chunk = { readonly facadeModuleId: string | null; readonly imports: readonly string[] };

/** The script that runs before the first paint. It is no module, because modules run later: so it lies in `public`. */
const first = new URL('public/theme.js', import.meta.url);

/** Its name without a hash, which the dev server serves it by. */
const plain = 'theme.js';

/**
 * Writes into the page which files each address needs beside those that every address needs: `theme.js` has the browser
 * load them at once. Else it learns of them when it has loaded and run the first ones. That script gets a name with a hash, so
 * that a browser that has it does not ask whether it is still the same before it shows anything.
 */
export function ahead(): Plugin {
  return {
    name: 'larkstat:ahead',
    apply: 'build',
    // The copy of `public` is of no use beside the one with a hash.
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
          ...filesAhead(chunks, chunk?.fileName ?? ''),
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

/** The files, and for the first part of an address which of them it needs. */
export function filesAhead(
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
