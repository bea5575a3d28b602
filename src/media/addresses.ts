import { createHmac, timingSafeEqual } from 'node:crypto';
import { parsePictureUrl, urlLengthMax } from './hosts.ts';

/** The prefix of every picture's path. */
export const mediaRoot = '/media/';

/** Creates and reads the paths of pictures. */
export type PictureAddresses = {
  /** Returns the path of a picture from the server's root; null for a URL whose host is not allowed. */
  addressOf(url: string): string | null;
  /** Returns the URL of a path; null when this server did not create the path. */
  read(path: string): URL | null;
};

const longestPath = mediaRoot.length + 44 + Math.ceil((urlLengthMax * 4) / 3);

/**
 * Creates paths that contain the URL and its signature. So a field of the API needs no look-up, and nobody can make the
 * server fetch what the API did not show them. A path never expires, since the picture does not either.
 */
export function createAddresses(secret: Buffer): PictureAddresses {
  const signatureOf = (href: string): string =>
    createHmac('sha256', secret).update(`media\n${href}`).digest('base64url');
  return {
    addressOf(url) {
      const parsed = parsePictureUrl(url);
      if (parsed === null) return null;
      const { href } = parsed;
      return `${mediaRoot}${signatureOf(href)}/${Buffer.from(href).toString('base64url')}`;
    },
    read(path) {
      if (path.length > longestPath || !path.startsWith(mediaRoot)) return null;
      const [given = '', encoded = '', ...more] = path.slice(mediaRoot.length).split('/');
      const href = Buffer.from(encoded, 'base64url').toString();
      if (more.length > 0 || !isSame(given, signatureOf(href))) return null;
      return parsePictureUrl(href);
    },
  };
}

/** Compares in constant time. */
function isSame(given: string, right: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}
