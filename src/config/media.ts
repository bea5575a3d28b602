import { resolve } from 'node:path';
import type { PictureSettings } from '../media/pictures.ts';
import { number, type Values, word } from './variables.ts';

/** Whether pictures of the platforms are fetched and kept, and how many. */
export const mediaVariables = {
  MEDIA: word(['on', 'off']).default('on'),
  MEDIA_MAX_BYTES: number(500_000_000, 200_000_000, 10_000_000_000),
};

export type MediaConfig = {
  /** Null: no picture is fetched, and the API gives no address of one. */
  readonly media: PictureSettings | null;
};

export const mediaConfig = (values: Values<typeof mediaVariables>, dataFolder: string): MediaConfig => ({
  media:
    values.MEDIA === 'off'
      ? null
      : { folder: resolve(dataFolder, 'media'), maxBytes: values.MEDIA_MAX_BYTES },
});
