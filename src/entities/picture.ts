import type { Context } from '../graphql/context.ts';

/** What the API asks of those who keep pictures; `media/pictures.ts` gives it. */
type Pictures = {
  /** The path of a picture, from the server's root on; null for a URL that no picture is fetched from. */
  addressOf(url: string): string | null;
};

declare module '../graphql/context.ts' {
  interface Services {
    /** Not there with MEDIA=off, and where no server runs. */
    readonly pictures?: Pictures;
  }
}

/** The path at which this server has the picture of a URL; null without a URL, and when it has none from there. */
export const pictureAt = (url: string | null, { services }: Context): string | null =>
  url === null ? null : (services.pictures?.addressOf(url) ?? null);

/** How a field of a picture's path goes on after it has said what picture. */
export const pictureDescription =
  "as this server keeps it: its path from the server's root on, e.g. /media/…, which a page can load without a key. Null " +
  'when there is none, when it is not at a host that larkstat fetches from, and with MEDIA=off.';

export const avatarDescription = `The profile picture, ${pictureDescription}`;
