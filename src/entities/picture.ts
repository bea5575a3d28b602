import type { Context } from '../graphql/context.ts';

/** The service that keeps pictures; `media/pictures.ts` provides it. */
type Pictures = {
  /** Returns the path of a picture on this server; null for a URL that no picture is fetched from. */
  addressOf(url: string): string | null;
};

declare module '../graphql/context.ts' {
  interface Services {
    /** Absent with MEDIA=off, and in a process without a server. */
    readonly pictures?: Pictures;
  }
}

/** Returns the path of a URL's picture on this server; null without a URL, and when no picture is fetched from there. */
export const pictureAt = (url: string | null, { services }: Context): string | null =>
  url === null ? null : (services.pictures?.addressOf(url) ?? null);

/** The end of the description of a field with the path of a picture. */
export const pictureDescription =
  'as this server keeps it: its path on the server, e.g. /media/…, which a page can load without a key. Null when there ' +
  'is none, when larkstat does not fetch from its host, and with MEDIA=off.';

export const avatarDescription = `The profile picture, ${pictureDescription}`;
