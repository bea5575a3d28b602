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

/** The web application that people look at. */
export type Dashboard = {
  /** Whether a request is for one of its files, or a browser asks for one of its pages. */
  serves(req: IncomingMessage): boolean;
  /** Answers such a request by GET or HEAD; `framed`: other sites may put the page into a frame. */
  answer(req: IncomingMessage, res: ServerResponse, framed: boolean): void;
};

/** Where `npm run build` puts the dashboard, seen from the sources and from the built program alike. */
export const ownDashboard = fileURLToPath(new URL('dist/web/', packageFolder));

/** Where the build lists the documents that the dashboard sends. */
export const dashboardOperations = join(ownDashboard, '.operations');

/**
 * Reads the built dashboard once. Its files hold no data, so they need no key; the API asks for one. Without a
 * built one each page says how to build it.
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
 * Whether a browser asks for a page to look at. The page's own router knows which there are. A script or style that is
 * gone is none, or an old tab would run the page as a script; nor is a file such as /robots.txt. A dot further down
 * may be of a word, as in /topic/node.js.
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

/** A page that may be framed. What a browser kept of it would last longer than its share. */
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

/** Whether a client has what the ETag stands for, by its If-None-Match: a list, or `*`. */
function isKnown(etag: string, header: string | undefined): boolean {
  if (header === undefined) return false;
  return header.split(',').some((one) => ['*', etag, etag.slice(2)].includes(one.trim()));
}
