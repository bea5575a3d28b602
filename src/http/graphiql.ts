import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { packageFolder, placeOf } from '../places.ts';
import { pageHeaders } from './page-policy.ts';

export type GraphiqlOptions = {
  /**
   * A folder of operations. Its `tabs.json` lists those that are tabs: the name of the file without .graphql, and the
   * initial variables. Default: the examples of the package.
   */
  readonly operations?: string;
};

/** A tab of GraphiQL. */
type Tab = { readonly query: string; readonly variables?: string };

type Page = { readonly html: Uint8Array; readonly gzipped: Uint8Array; readonly etag: string };

const renderer = placeOf('http/graphiql-page.js');
/** The folder of the package's own named operations. */
export const ownOperations = fileURLToPath(new URL('schema/operations/', packageFolder));

/** Serves GraphiQL without requests to other hosts. Its tabs are the named operations, read once. */
export function createGraphiql({ operations = ownOperations }: GraphiqlOptions = {}) {
  const tabs = readTabs(operations);
  let page: Promise<Page> | null = null;
  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    // Rendered at the first visit: most processes never show it, and its scripts are 9 MB.
    page ??= renderPage(tabs);
    sendPage(req, res, await page);
  };
}

/** Returns the tabs that a folder lists, in order; none without a list. */
function readTabs(folder: string): readonly Tab[] {
  const list = join(folder, 'tabs.json');
  if (!existsSync(list)) return [];
  const listed = JSON.parse(readFileSync(list, 'utf8')) as readonly {
    readonly operation: string;
    readonly variables: object;
  }[]; // safe: it comes with the program, and a test reads it
  return listed.map(({ operation, variables }) => ({
    query: readFileSync(join(folder, `${operation}.graphql`), 'utf8').trim(),
    ...(Object.keys(variables).length > 0 && { variables: JSON.stringify(variables, null, 2) }),
  }));
}

/** Whether a browser requests a page, as opposed to a program that requests data. */
export function wantsPage(req: IncomingMessage): boolean {
  const readable = req.method === 'GET' || req.method === 'HEAD';
  return readable && (req.headers.accept ?? '').includes('text/html');
}

/** Renders in a worker thread, so that the API stays responsive. */
function renderPage(tabs: readonly Tab[]): Promise<Page> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(renderer, { workerData: tabs });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

function sendPage(req: IncomingMessage, res: ServerResponse, { html, gzipped, etag }: Page): void {
  res.setHeader('etag', etag);
  res.setHeader('cache-control', 'no-cache');
  res.appendHeader('vary', 'Accept, Accept-Encoding, Authorization');
  if (req.headers['if-none-match'] === etag) {
    res.writeHead(304).end();
    return;
  }
  const packed = /\bgzip\b/.test(String(req.headers['accept-encoding'] ?? ''));
  const body = packed ? gzipped : html;
  res.writeHead(200, {
    ...pageHeaders,
    'content-length': body.length,
    ...(packed && { 'content-encoding': 'gzip' }),
  });
  res.end(body);
}
