import type { Page } from 'playwright-core';

/** Reports what a page's content policy refuses: the browser's own message may lack the directive. */
const reportViolations = `document.addEventListener('securitypolicyviolation', (event) =>
  console.error('the content policy refuses ' + event.blockedURI + ' by ' + event.violatedDirective));`;

/** The activity and problems of a page since its first request. */
export type PageWatch = {
  /** Errors on the console, exceptions, violations of the content policy, and requests to other hosts, each once. */
  readonly problems: readonly string[];
  /** The GraphQL requests so far: queries and mutations by operation, a socket as `socket`. */
  readonly graphql: readonly string[];
};

/** Watches a page before it is opened; it may only contact `origin`. */
export async function watchPage(page: Page, origin: string): Promise<PageWatch> {
  const problems: string[] = [];
  const graphql: string[] = [];
  await page.addInitScript(reportViolations);
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => problems.push(`exception: ${error.stack ?? error.message}`));
  page.on('crash', () => problems.push('the page crashed'));
  const check = (url: string): void => {
    const own = url.startsWith(`${origin}/`) || url.startsWith(`${origin.replace(/^http/, 'ws')}/`);
    if (!own && !/^(blob|data):/.test(url)) problems.push(`another host: ${url}`);
  };
  page.on('request', (request) => {
    check(request.url());
    const isQuery = request.method() === 'POST' || request.url().includes('?');
    if (new URL(request.url()).pathname === '/graphql' && isQuery)
      graphql.push(operationOf(request.postData()));
  });
  page.on('websocket', (socket) => {
    check(socket.url());
    if (new URL(socket.url()).pathname === '/graphql') graphql.push('socket');
  });
  return { problems, graphql };
}

/** The operation's name in a request body. */
function operationOf(body: string | null): string {
  return /\b(?:query|mutation|subscription)\s+(\w+)/.exec(body ?? '')?.[1] ?? 'unnamed';
}
