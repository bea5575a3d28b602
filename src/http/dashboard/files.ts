import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { Encoding } from '../encoding.ts';

/** A file of the dashboard. */
export type SiteFile = {
  readonly type: string;
  readonly etag: string;
  readonly cacheControl: string;
  /** Whether the build compressed it: the response then depends on Accept-Encoding. */
  readonly isCompressed: boolean;
  /** Returns its bytes in an encoding; uncompressed when the build has not made that one. */
  bytes(encoding: Encoding): Buffer;
  /** Returns the encoding to send to a client that prefers this one. */
  sentAs(encoding: Encoding): Encoding;
};

/** The files of a built folder by their paths, such as `/assets/index-4f3a.js`. */
export type Site = ReadonlyMap<string, SiteFile>;

/** The page that all addresses of the dashboard show. */
export const indexPath = '/index.html';

/** The folder whose file names contain a hash of their content. */
export const hashedRoot = '/assets/';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** The endings of compressed files, by encoding. */
const endings = { br: '.br', gzip: '.gz' } as const;

/** Reads all files of a built folder, so that no request can reach a file outside it. Null without a page. */
export async function readSite(folder: string): Promise<Site | null> {
  if (!existsSync(join(folder, indexPath))) return null;
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, sep).length));
  const known = new Set(names);
  const files = await Promise.all(
    names
      .filter((name) => !isForTheBuildOnly(name))
      .map(
        async (name) => [`/${name.replaceAll(sep, '/')}`, await readSiteFile(folder, name, known)] as const,
      ),
  );
  return new Map(files);
}

/** Compressed files are sent in place of the originals; the manifest of the build is in a hidden folder. */
const isForTheBuildOnly = (name: string): boolean =>
  name.split(sep).some((part) => part.startsWith('.')) ||
  Object.values(endings).includes(extname(name) as never);

async function readSiteFile(folder: string, name: string, known: ReadonlySet<string>): Promise<SiteFile> {
  const read = async (ending: string) =>
    known.has(`${name}${ending}`) ? await readFile(join(folder, `${name}${ending}`)) : null;
  const [plain, br, gzip] = await Promise.all([
    readFile(join(folder, name)),
    read(endings.br),
    read(endings.gzip),
  ]);
  const bodies = { identity: plain, br, gzip };
  // Weak, because it is the same in every encoding.
  const etag = `W/"${createHash('sha256').update(plain).digest('base64url')}"`;
  return {
    type: types[extname(name)] ?? 'application/octet-stream',
    etag,
    cacheControl: `/${name.replaceAll(sep, '/')}`.startsWith(hashedRoot)
      ? 'public, max-age=31536000, immutable'
      : 'no-cache',
    isCompressed: br !== null || gzip !== null,
    bytes: (encoding) => bodies[encoding] ?? plain,
    sentAs: (encoding) => (bodies[encoding] === null ? 'identity' : encoding),
  };
}
