// A thread that renders the page of GraphiQL: to read, join, hash and pack its 9 MB of scripts takes a quarter of a
// second. JavaScript, as Node starts no thread from TypeScript, neither under tsx nor in tests.
import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';

const page = renderGraphiQL({
  title: 'larkstat',
  endpoint: '/graphql',
  subscriptionsProtocol: 'SSE',
  // `</script>` in a comment of an operation would end the page's script.
  ...(workerData.length > 0 && {
    defaultTabs: workerData.map((query) => ({ query: query.replaceAll('</', '< /') })),
  }),
});
// Of many tabs, Chromium leaves each a stale offset that it jumps to when it is pressed: the first click is lost.
const style = '<style>.graphiql-tab{transform:none!important}</style>';
const html = new TextEncoder().encode(page.replace('</head>', () => `${style}</head>`));
const etag = `"${createHash('sha256').update(html).digest('base64url')}"`;
const gzipped = new Uint8Array(gzipSync(html));
parentPort?.postMessage({ html, gzipped, etag }, [html.buffer, gzipped.buffer]);
