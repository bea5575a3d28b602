import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { placeOf } from '../places.ts';
import { pageHeaders } from './page-policy.ts';

// Read as text: the compiler adds calls to functions that a browser does not have.
const file = placeOf('http/login-script.js');
const script = readFileSync(file, 'utf8').replace('export function', 'function');

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>larkstat</title>
<link rel="icon" href="data:,">
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { margin: 0; min-height: 100vh; display: grid; place-content: center; padding: 1rem; }
  main { max-width: 26rem; }
  h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
  label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit; }
  input, button { padding: .6rem .7rem; margin-top: .5rem; border: 1px solid #8888; border-radius: .4rem; }
  button { background: #1668c7; border-color: #1668c7; color: #fff; cursor: pointer; }
  output { display: block; min-height: 1.5em; margin-top: .75rem; color: #c22; }
  p { opacity: .75; font-size: .9rem; }
  [hidden] { display: none; }
</style>
</head>
<body>
<main>
  <h1>larkstat</h1>
  <noscript>This page needs JavaScript.</noscript>
  <form>
    <label for="key">Your key</label>
    <input id="key" type="password" autocomplete="off" spellcheck="false" placeholder="lark_…" required autofocus>
    <button>Open</button>
    <p>It stays in this tab and is gone when you close it. <code>larkstat keys create &lt;name&gt;</code> makes one.</p>
  </form>
  <output role="alert"></output>
</main>
<script>(() => { ${script}
logIn(window); })()</script>
</body>
</html>
`;

/** Answers a browser without a key with a page that asks for one; its script then loads the requested page. */
export function sendLogin(res: ServerResponse): void {
  res.appendHeader('vary', 'Accept, Authorization');
  res.writeHead(401, {
    ...pageHeaders,
    'content-length': Buffer.byteLength(html),
    'cache-control': 'no-store',
    'www-authenticate': 'Bearer realm="larkstat"',
  });
  res.end(html);
}
