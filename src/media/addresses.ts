import { createHmac, timingSafeEqual } from 'node:crypto';
import { parsePictureUrl, urlLengthMax } from './hosts.ts';

/** Every path of a picture begins so. */
export const mediaRoot = '/media/';

/** Makes the paths of pictures, and reads them. */
export type PictureAddresses = {
  /** The path of a picture, from the server's root on; null for a URL that no picture is fetched from. */
  addressOf(url: string): string | null;
  /** The URL that a path was made for; null for a path that was not made here. */
  read(path: string): URL | null;
};

const longestPath = mediaRoot.length + 44 + Math.ceil((urlLengthMax * 4) / 3);

/**
 * A path holds the URL and its signature, so that a field of the API needs no look-up, and that nobody can have the server
 * fetch what the API did not show them. It never expires: neither does the picture.
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

/** Compares in a time that tells nothing of the right text. */
function isSame(given: string, right: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}
