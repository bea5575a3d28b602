// A thread that renders the page of GraphiQL: to read, join, hash and pack its 9 MB of scripts takes a quarter of a
// second. JavaScript, as Node starts no thread from TypeScript, neither under tsx nor in tests.
import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { withAddress } from './graphiql-address.js';

// `</script>` in a comment of an operation would end the page's script.
const harmless = (text) => text?.replaceAll('</', '< /');
const options = {
  title: 'larkstat',
  endpoint: '/graphql',
  subscriptionsProtocol: 'SSE',
  ...(workerData.length > 0 && {
    defaultTabs: workerData.map(({ query, variables }) => ({
      query: harmless(query),
      variables: harmless(variables),
    })),
  }),
};
// The last place where the options stand is the call that starts GraphiQL.
const given = JSON.stringify(options);
const page = renderGraphiQL(options);
const at = page.lastIndexOf(given);
const start = `(${withAddress})(${given}, window)`;
// Of many tabs, Chromium leaves each a stale offset that it jumps to when it is pressed: the first click is lost.
const style = '<style>.graphiql-tab{transform:none!important}</style>';
const started = `${page.slice(0, at)}${start}${page.slice(at + given.length)}`;
const html = new TextEncoder().encode(started.replace('</head>', () => `${style}</head>`));
const etag = `"${createHash('sha256').update(html).digest('base64url')}"`;
const gzipped = new Uint8Array(gzipSync(html));
parentPort?.postMessage({ html, gzipped, etag }, [html.buffer, gzipped.buffer]);
