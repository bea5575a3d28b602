import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, expect, test } from 'vitest';
import { errorOf, send, serve } from './support.ts';
import { uploadApp } from './upload-app.ts';

const folder = await mkdtemp(join(tmpdir(), 'larkstat-operations-'));
afterAll(() => rm(folder, { recursive: true }));
await writeFile(join(folder, 'b.graphql'), '# Bees\nquery Bees { ok }\n');
await writeFile(join(folder, 'a.graphql'), '# </script>\nquery Ants { ok }\n');
await writeFile(join(folder, 'dashboard.graphql'), 'query Dashboard { ok }\n');
await writeFile(
  join(folder, 'tabs.json'),
  JSON.stringify([
    { operation: 'dashboard', variables: { handle: '</script>', range: null } },
    { operation: 'b', variables: {} },
    { operation: 'a', variables: {} },
  ]),
);

const server = await serve(uploadApp(), { graphiql: { operations: folder } });
const visit = (headers: Record<string, string> = {}) =>
  send(server, { method: 'GET', headers: { accept: 'text/html,application/xhtml+xml', ...headers } });

type Tab = { readonly query: string; readonly variables?: string };

/** What the page tells GraphiQL to open, in order, as a browser computes it. */
function tabsOf(html: string): readonly Tab[] {
  const call = html.slice(html.lastIndexOf('YogaGraphiQL.renderYogaGraphiQL('));
  const script = call.slice(0, call.indexOf('</script>'));
  let tabs: readonly Tab[] = [];
  const browser = {
    YogaGraphiQL: {
      renderYogaGraphiQL: (_root: unknown, options: { readonly defaultTabs?: readonly Tab[] }) => {
        tabs = options.defaultTabs ?? [];
      },
    },
    window: {
      document: { querySelector: () => null },
      location: { href: server.url },
      localStorage: { getItem: () => null },
    },
    URL,
  };
  runInNewContext(script, browser);
  return JSON.parse(JSON.stringify(tabs));
}

test('while the first visitor waits, the server goes on answering', async () => {
  const answered: string[] = [];
  const ask = async (name: string, options: Parameters<typeof send>[1]) => {
    expect((await send(server, options)).status).toBe(200);
    answered.push(name);
  };
  // Without the page itself, whose 9 MB take a while to send.
  const page = ask('page', { method: 'HEAD', headers: { accept: 'text/html' } });
  // If this thread rendered the page, the page would be there before these.
  for (let time = 0; time < 3; time++) await ask('health', { method: 'GET', path: '/health' });
  await page;
  expect(answered).toEqual(['health', 'health', 'health', 'page']);
});

test('a browser gets GraphiQL with the operations as its tabs', async () => {
  const page = await visit();
  expect(page.status).toBe(200);
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(page.body).toContain('<title>larkstat</title>');
  expect(tabsOf(page.body)).toContainEqual({ query: '# Bees\nquery Bees { ok }' });
  expect(page.body).not.toContain('# </script>');
  expect(page.body).not.toContain('"</script>');
  // A pressed tab must not move, or Chromium loses the click.
  expect(page.body).toContain('.graphiql-tab{transform:none!important}</style></head>');
});

test('the tabs come in the order of the list, with their variables as JSON', async () => {
  expect(tabsOf((await visit()).body)).toEqual([
    { query: 'query Dashboard { ok }', variables: '{\n  "handle": "< /script>",\n  "range": null\n}' },
    { query: '# Bees\nquery Bees { ok }' },
    { query: '# < /script>\nquery Ants { ok }' },
  ]);
});

test.each(['empty', 'missing'])('a folder that is %s makes no tabs', async (name) => {
  await mkdir(join(folder, 'empty'), { recursive: true });
  const other = await serve(uploadApp(), { graphiql: { operations: join(folder, name) } });
  const page = await send(other, { method: 'GET', headers: { accept: 'text/html' } });
  expect(page.status).toBe(200);
  expect(tabsOf(page.body)).toEqual([]);
});

test('the page may load nothing from anywhere else', async () => {
  const policy = String((await visit()).headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("connect-src 'self'");
  expect(policy).not.toContain('http');
});

test('a second visit costs nothing, a compressed one little', async () => {
  const { etag } = (await visit()).headers;
  expect((await visit({ 'if-none-match': String(etag) })).status).toBe(304);
  const packed = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html' } });
  expect(packed.headers.get('content-encoding')).toBe('gzip');
  expect(Number(packed.headers.get('content-length'))).toBeLessThan(3_500_000);
  expect(await packed.text()).toContain('<title>larkstat</title>');
});

test('a link from another site may open the page, but not ask', async () => {
  const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
  expect((await visit(headers)).status).toBe(200);
  const asked = await send(server, { method: 'GET', path: '/graphql?query={ok}', headers });
  expect(asked.status).toBe(403);
});

test('without GraphiQL a browser is a client like others', async () => {
  const plain = await serve(uploadApp(), { graphiql: false });
  const answer = await send(plain, { method: 'GET', headers: { accept: 'text/html' } });
  expect(errorOf(answer).code).toBe('BAD_INPUT');
});
