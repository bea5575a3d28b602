import { extname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Logger } from 'pino';
import type { Downloads } from '../jobs/downloads.ts';
import { exportFiles } from '../shared/export-format.ts';
import { HttpError } from './errors.ts';
import type { Handler } from './graphql-handler.ts';

/** The most concurrent downloads of one process: each holds a file open. */
const atOnce = 100;
const retryAfterMs = 5_000;

type DownloadOptions = {
  readonly downloads: Downloads;
  /** How long a client may read nothing. */
  readonly idleMs: number;
  readonly log: Logger;
};

/**
 * Answers a link to an exported file. The link is the key: whoever has it may download. The file is streamed, at the
 * speed of the client.
 */
export function downloadHandler({ downloads, idleMs, log }: DownloadOptions): Handler {
  let underWay = 0;
  return async (req, res) => {
    if (underWay >= atOnce) throw tooMany();
    underWay += 1;
    const left = new AbortController();
    res.once('close', () => left.abort(new Error('the client has left')));
    try {
      const found = await downloads.open(req.url ?? '', left.signal);
      if (found.is === 'INVALID') throw new HttpError(404, 'NOT_FOUND', notValid);
      if (found.is === 'EXPIRED') {
        throw new HttpError(410, 'NOT_FOUND', `This link expired at ${found.at.toISOString()}: export again`);
      }
      if (found.is === 'GONE') {
        throw new HttpError(410, 'NOT_FOUND', 'The file of this link was removed: export again');
      }
      const { name, file } = found;
      res.writeHead(200, {
        'content-type': typeOf(name),
        'content-length': file.bytes,
        'content-disposition': dispositionOf(name),
        'cache-control': 'private, no-store',
      });
      if (req.method === 'HEAD') {
        file.content.destroy();
        res.end();
        return;
      }
      // The timeout covers both sides: a client that reads nothing, and a file that does not come.
      res.setTimeout(idleMs, () => res.destroy());
      await pipeline(file.content, res).catch((err: unknown) => {
        if (!left.signal.aborted) log.warn({ err }, 'a download broke off');
      });
    } finally {
      underWay -= 1;
    }
  };
}

const notValid = 'This link is not valid: take it unchanged from Job.download, with everything after the ?';

/** Returns the content type by the ending of the name, which is signed. */
function typeOf(name: string): string {
  const known = Object.values(exportFiles).find(({ ending }) => `.${ending}` === extname(name));
  return known?.type ?? 'application/octet-stream';
}

/** Returns the Content-Disposition. Names are signed and plain; other characters are left out. */
const dispositionOf = (name: string): string =>
  `attachment; filename="${name.replaceAll(/[^A-Za-z0-9_.-]/g, '')}"`;

function tooMany(): HttpError {
  const retryAt = new Date(Date.now() + retryAfterMs);
  return new HttpError(
    503,
    'RATE_LIMITED',
    `${atOnce} downloads are under way: try again later`,
    { 'retry-after': String(retryAfterMs / 1_000) },
    retryAt,
  );
}
