import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chooseEncoding } from '../encoding.ts';
import { packageFolder } from '../../places.ts';
import { wantsPage } from '../graphiql.ts';
import { pathOf } from '../path.ts';
import { hashedRoot, indexPath, readSite, type Site, type SiteFile } from './files.ts';
import { sendNotBuilt } from './not-built.ts';
import { framedPolicy, pagePolicy } from './page-policy.ts';

/** The web application of the dashboard. */
export type Dashboard = {
  /** Whether a request is for one of its files, or a browser asks for one of its pages. */
  serves(req: IncomingMessage): boolean;
  /** Answers such a GET or HEAD. `framed`: other sites may frame the page. */
  answer(req: IncomingMessage, res: ServerResponse, framed: boolean): void;
};

/** The folder of the built dashboard, as seen from the sources and from the built program. */
export const ownDashboard = fileURLToPath(new URL('dist/web/', packageFolder));

/** The folder in which the build lists the documents that the dashboard sends. */
export const dashboardOperations = join(ownDashboard, '.operations');

/**
 * Reads the built dashboard once. Its files hold no data, so they need no key; the API does. When it is not built,
 * each page says how to build it.
 */
export async function readDashboard(folder = ownDashboard): Promise<Dashboard> {
  const site: Site = (await readSite(folder)) ?? new Map();
  const index = site.get(indexPath);
  return {
    serves: (req) => pathOf(req) === '/' || site.has(pathOf(req)) || isPage(req),
    answer(req, res, framed) {
      const file = site.get(pathOf(req));
      if (file !== undefined) return sendFile(req, res, file);
      res.appendHeader('vary', 'Accept');
      if (index === undefined) sendNotBuilt(res);
      else if (framed) sendFramed(req, res, index);
      else sendFile(req, res, index);
    },
  };
}

/**
 * Whether a browser requests a page of the dashboard, whose own router knows which pages exist. A missing script or
 * style is not a page: an old tab would run the page as a script. Nor is a file such as /robots.txt. A dot in a later
 * part may belong to a word, as in /topic/node.js.
 */
function isPage(req: IncomingMessage): boolean {
  const path = pathOf(req);
  return (
    wantsPage(req) && path.startsWith('/') && !path.startsWith(hashedRoot) && !/^\/[^/]*\.[^/]*$/.test(path)
  );
}

function sendFile(req: IncomingMessage, res: ServerResponse, file: SiteFile): void {
  res.setHeader('etag', file.etag);
  res.setHeader('cache-control', file.cacheControl);
  if (file.isCompressed) res.appendHeader('vary', 'Accept-Encoding');
  if (isKnown(file.etag, req.headers['if-none-match'])) {
    res.writeHead(304).end();
    return;
  }
  sendBody(req, res, file, file.type.startsWith('text/html') ? pagePolicy : {});
}

/** Sends a page that may be framed. A browser may not cache it, because the cached copy would outlive its share. */
function sendFramed(req: IncomingMessage, res: ServerResponse, file: SiteFile): void {
  res.removeHeader('x-frame-options');
  if (file.isCompressed) res.appendHeader('vary', 'Accept-Encoding');
  sendBody(req, res, file, framedPolicy);
}

function sendBody(
  req: IncomingMessage,
  res: ServerResponse,
  file: SiteFile,
  headers: Readonly<Record<string, string>>,
): void {
  const encoding = file.sentAs(chooseEncoding(String(req.headers['accept-encoding'] ?? '')));
  const body = file.bytes(encoding);
  res.writeHead(200, {
    'content-type': file.type,
    'content-length': body.length,
    ...(encoding !== 'identity' && { 'content-encoding': encoding }),
    ...headers,
  });
  res.end(body);
}

/** Whether the If-None-Match of a client, a list or `*`, has the ETag. */
function isKnown(etag: string, header: string | undefined): boolean {
  if (header === undefined) return false;
  return header.split(',').some((one) => ['*', etag, etag.slice(2)].includes(one.trim()));
}
