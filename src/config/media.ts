import { resolve } from 'node:path';
import type { PictureSettings } from '../media/pictures.ts';
import { number, type Values, word } from './variables.ts';

/** Whether pictures are fetched from the platforms, and how many bytes are stored. */
export const mediaVariables = {
  MEDIA: word(['on', 'off']).default('on'),
  MEDIA_MAX_BYTES: number(500_000_000, 200_000_000, 10_000_000_000),
};

export type MediaConfig = {
  /** Null: no picture is fetched, and the API returns no picture's address. */
  readonly media: PictureSettings | null;
};

export const mediaConfig = (values: Values<typeof mediaVariables>, dataFolder: string): MediaConfig => ({
  media:
    values.MEDIA === 'off'
      ? null
      : { folder: resolve(dataFolder, 'media'), maxBytes: values.MEDIA_MAX_BYTES },
});
