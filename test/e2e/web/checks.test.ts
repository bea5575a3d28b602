import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { must } from '../../../src/shared/errors.ts';
import { afterwards } from '../../support/afterwards.ts';
import { hasBrowser, openBrowser } from '../../support/browser.ts';
import { axeFindings, axeFindingsInThemes, sidewaysScrolls } from '../../support/page-checks.ts';
import { measurePage, readMeasures } from '../../support/page-measures.ts';
import { watchPage } from '../../support/page-watch.ts';

// The tests of the dashboard rely on this: each check finds what it is meant to find.

const browser = hasBrowser ? await openBrowser() : null;

/** An opened page with its own server. */
async function openHtml(
  body: string,
  policy = "default-src 'self'; style-src 'unsafe-inline'; script-src 'self'",
) {
  const server = createServer((req, res) => {
    if (req.url !== '/') return void res.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    res.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy });
    res.end(
      `<!doctype html><html lang="en"><title>a page</title><link rel="icon" href="data:,"><main>${body}</main></html>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterwards(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // safe: it listens on a port
  const page = await must(browser, 'there is one where these tests run').newPage();
  const watch = await watchPage(page, origin);
  await measurePage(page);
  await page.goto(origin);
  return { ...watch, page, origin };
}

const unsafe = "default-src * 'unsafe-inline' data:";

describe.runIf(hasBrowser)('the checks of pages', () => {
  test('find an error on the console and an exception', async () => {
    const { page, problems } = await openHtml('');
    await page.evaluate('console.error("a word"); setTimeout(() => { throw new Error("another") })');
    await expect.poll(() => problems.join()).toMatch(/console: a word.*exception: Error: another/s);
  });

  test('find requests that the content policy refuses', async () => {
    const { problems } = await openHtml('<script>1</script>');
    await expect.poll(() => problems.join()).toMatch(/the content policy refuses inline by script-src/);
  });

  test('find a request to another host', async () => {
    const { problems } = await openHtml('<img alt="a" src="http://127.0.0.1:9/x.png">', unsafe);
    await expect.poll(() => problems.join()).toContain('another host: http://127.0.0.1:9/x.png');
  });

  test('count the requests to the API by their operation', async () => {
    const { page, graphql, origin } = await openHtml('');
    const body = JSON.stringify({ query: 'query Totals { a }' });
    await page.evaluate(`fetch('${origin}/graphql', { method: 'POST', body: ${JSON.stringify(body)} })`);
    await page.evaluate(`fetch('${origin}/health')`);
    expect(graphql).toEqual(['Totals']);
  });

  test('find text with too little contrast, and a button without a name', async () => {
    const { page } = await openHtml(
      '<h1>A</h1><p style="color:#ddd;background:#fff">pale</p><button></button>',
    );
    const found = (await axeFindings(page)).join('\n');
    expect(found).toMatch(/color-contrast \(serious\) at p/);
    expect(found).toMatch(/button-name \(critical\) at button/);
  });

  test('find text with too little contrast only in the dark theme', async () => {
    const { page } = await openHtml(
      `<h1>A</h1><p>pale</p><style>[data-theme=dark] p { color: #444; background: #333 }</style>`,
    );
    await page.evaluate(`(() => {
      const dark = matchMedia('(prefers-color-scheme: dark)');
      const show = () => { document.documentElement.dataset.theme = dark.matches ? 'dark' : 'light'; };
      dark.addEventListener('change', show);
      show();
      document.querySelector('main').dataset.complete = '';
    })()`);
    const found = await axeFindingsInThemes(page);
    expect(found).toEqual([expect.stringMatching(/^dark: color-contrast \(serious\) at p/)]);
  });

  test('find elements that are wider than the window, with the widths', async () => {
    const { page } = await openHtml('<p id="wide" style="width:700px">wide</p><style>*{margin:0}</style>');
    expect(await sidewaysScrolls(page)).toEqual(
      [320, 390, 640].map(
        (width) => `700 px of content at ${width} px: <p id="wide" style="width:700px"></p> to 700`,
      ),
    );
  });

  test('measure a shift, an input that is answered late, and when the page is complete', async () => {
    const { page } = await openHtml('<div id="gap"></div><p>text that moves</p><button>press</button>');
    expect(await readMeasures(page)).toMatchObject({ layoutShift: 0, interactionMs: null, completeMs: null });
    await page.evaluate('document.getElementById("gap").style.height = "300px"');
    expect((await readMeasures(page)).layoutShift).toBeGreaterThan(0.01);
    await page.evaluate(`document.querySelector('button').onclick = () => {
      for (const end = performance.now() + 100; performance.now() < end; );
      document.querySelector('main').dataset.complete = '';
    }`);
    await page.getByRole('button').click();
    await expect.poll(async () => (await readMeasures(page)).interactionMs).toBeGreaterThanOrEqual(100);
    expect((await readMeasures(page)).completeMs).toBeGreaterThan(100);
  });
});
