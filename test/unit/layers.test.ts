import { describe, expect, test } from 'vitest';
import { type Import, importsOfSources } from '../support/imports.ts';

/** What each folder may import besides itself and `shared`, and why no more. The deepest folder of a file counts. */
const layers: Readonly<Record<string, { readonly may: readonly string[]; readonly why: string }>> = {
  shared: { may: [], why: 'move the fact down here, or this code up to who needs it' },
  platform: { may: [], why: 'platform/ knows no word of the domain: whoever uses it brings them' },
  providers: { may: [], why: 'a provider knows no store and no API: it yields pages, ingest/ writes them' },
  export: { may: [], why: 'export/ writes files of what it is given, for commands and jobs alike' },
  media: { may: ['platform'], why: 'media/ keeps pictures by their URLs: it knows no store' },
  db: { may: ['platform'], why: 'db/ knows tables, not who uses them' },
  'ingest/enrich': { may: [], why: 'enrich is pure: a post in, the same post with what is derived out' },
  ingest: { may: ['db', 'ingest/enrich'], why: 'who locks, touches and creates streams is above ingest/' },
  streams: {
    may: ['db', 'ingest', 'ingest/enrich'],
    why: 'streams/ holds what can be done with a stream, for the API, the commands and the jobs alike',
  },
  access: { may: ['db', 'platform'], why: 'access/ decides for HTTP, sockets and commands alike' },
  graphql: { may: ['db', 'platform', 'streams', 'access'], why: 'graphql/ serves all fields and knows none' },
  entities: {
    may: ['graphql', 'db', 'platform', 'access', 'streams'],
    why: 'entities/ reads the store; ask for the rest through Context.services',
  },
  stats: { may: ['graphql', 'entities', 'db'], why: 'a stat reads the store only' },
  trends: { may: ['graphql', 'entities', 'db', 'stats'], why: 'a trend reads the store only' },
  conversations: { may: ['graphql', 'entities', 'db', 'platform'], why: 'it reads the store only' },
  alerts: {
    may: ['db', 'platform', 'entities'],
    why: 'alerts/ reads the store and writes to its own tables; alerts/api/ alone knows the API',
  },
  'alerts/api': {
    may: ['alerts', 'graphql', 'entities'],
    why: 'it puts the verbs of alerts/ before the API',
  },
  fetch: {
    may: ['providers', 'jobs', 'db', 'streams', 'ingest'],
    why: 'the job process does not load the API: move what both need to ingest/ or shared/',
  },
  jobs: {
    may: ['db', 'streams', 'access', 'export', 'ingest', 'providers', 'platform', 'collect'],
    why: 'jobs/ carries jobs and knows neither fetch/, which the worker is given, nor the API',
  },
  collect: {
    may: ['streams', 'db', 'jobs', 'platform', 'providers'],
    why: 'the job process does not load the API',
  },
  backup: { may: ['providers', 'db', 'ingest', 'streams'], why: 'a backup knows no API' },
  metrics: { may: ['db', 'access', 'alerts', 'jobs'], why: 'metrics/ reads what others count' },
  http: {
    may: ['platform', 'access', 'graphql', 'streams', 'jobs', 'db', 'media'],
    why: 'http/ carries answers and knows no field',
  },
};
/** These connect the layers. */
const entries = ['cli', 'config'];

/** Single files that a layer may import although they are above it. */
const exceptions: readonly Import[] = [
  { from: 'graphql', to: 'src/schema.ts' }, // the command that prints it
  { from: 'http', to: 'src/app.ts' },
];

/** A folder of `layers` or `entries`; null for the files beside them. */
function folderOf(file: string): string | null {
  const [, first = '', second = ''] = file.split('/');
  const deep = `${first}/${second}`;
  if (deep in layers) return deep;
  return first in layers || entries.includes(first) ? first : null;
}

const isFile = (to: string) => to.startsWith('src/');

/** Facts of the package, as those of shared/ are. */
const facts: readonly string[] = ['src/version.ts', 'src/places.ts'];

/** Whether a file of a layer may import it. */
function isAllowed({ from, to }: Import): boolean {
  const [layer, other] = [folderOf(from), folderOf(to)];
  if (layer === null || entries.includes(layer) || !isFile(to) || facts.includes(to)) return true;
  if (exceptions.some((known) => known.from === layer && known.to === to)) return true;
  return other !== null && [layer, 'shared', ...(layers[layer]?.may ?? [])].includes(other);
}

/** What files with certain names must not import, wherever they are. */
const narrower: readonly { readonly files: RegExp; readonly not: RegExp; readonly why: string }[] = [
  {
    files: /^src\/providers\//,
    not: /^(drizzle-orm|postgres|graphql|@pothos)\b/,
    why: 'a provider knows no store and no API',
  },
  {
    files: /^src\/(stats|conversations)\/[^/]+\/compute\.ts$|^src\/alerts\/compute\.ts$/,
    not: /^(drizzle-orm|postgres)\b|^src\/(db|graphql)\/|\/(query|loader)\.ts$/,
    why: 'compute.ts is arithmetic only: query.ts reads, fields.ts puts the two together',
  },
  {
    files: /^src\/(stats|conversations)\/[^/]+\/query\.ts$/,
    not: /^src\/graphql\//,
    why: 'query.ts knows nothing of GraphQL: fields.ts does',
  },
  {
    files: /^src\/worker\.ts$/,
    not: /^src\/(graphql|http|stats|trends)\/(?!trending\/measure\.ts)/,
    why: 'the job process does not load the API',
  },
];

describe('imports follow the layers', () => {
  const imports = importsOfSources();
  const told = ({ from, to }: Import) => `${from} imports ${to}`;

  test.each(Object.entries(layers))('of %s', (layer, { why }) => {
    const wrong = imports.filter((one) => folderOf(one.from) === layer && !isAllowed(one));
    expect(wrong.map(told), why).toEqual([]);
  });

  test('every folder of src is a layer', () => {
    const folders = imports.flatMap(({ from }) => (from.split('/').length > 2 ? [from] : []));
    expect(folders.filter((file) => folderOf(file) === null)).toEqual([]);
  });

  test.each(narrower)('of $files', ({ files, not, why }) => {
    const looked = imports.filter(({ from }) => files.test(from));
    expect(looked).not.toEqual([]);
    expect(looked.filter(({ to }) => not.test(to)).map(told), why).toEqual([]);
  });

  test('no file that defines fields of the API has SQL', () => {
    const making = new Set(
      imports.filter(({ to }) => to === 'src/graphql/builder.ts').map(({ from }) => from),
    );
    const wrong = imports.filter(({ from, to }) => making.has(from) && /^(drizzle-orm|postgres)\b/.test(to));
    expect(wrong.map(told)).toEqual([]);
  });

  test.each([
    ['src/shared/a.ts', 'src/db/client.ts'],
    ['src/ingest/enrich/a.ts', 'src/ingest/write/b.ts'],
    ['src/alerts/evaluate/a.ts', 'src/alerts/api/fields.ts'],
    ['src/stats/a/b.ts', 'src/store.ts'],
    ['src/http/a.ts', 'src/config.ts'],
  ])('%s must not import %s', (from, to) => {
    expect(isAllowed({ from, to })).toBe(false);
  });
});
