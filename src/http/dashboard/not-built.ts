import type { ServerResponse } from 'node:http';
import { pagePolicy } from './page-policy.ts';

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>larkstat</title>
<link rel="icon" href="data:,">
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { margin: 0; min-height: 100vh; display: grid; place-content: center; padding: 1rem; }
  main { max-width: 30rem; }
  h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
</style>
</head>
<body>
<main>
  <h1>The dashboard is not built</h1>
  <p>Run <code>npm run build</code> in larkstat's folder and start the server again. <code>npm start</code> does both.</p>
  <p>The API works without it: <a href="/graphql">/graphql</a> shows GraphiQL.</p>
</main>
</body>
</html>
`;

/** Answers a browser when the dashboard is not built. */
export function sendNotBuilt(res: ServerResponse): void {
  res.writeHead(503, {
    ...pagePolicy,
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(html),
    'cache-control': 'no-store',
  });
  res.end(html);
}
