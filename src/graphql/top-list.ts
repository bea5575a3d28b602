import { maxFirst, maxOffset, parseFirst, parseOffset } from '../shared/page.ts';
import { builder } from './builder.ts';

/** The arguments of a ranked list, which can be read page by page. */
export const topListArgs = (first: number) =>
  builder.args((t) => ({
    first: t.int({
      required: true,
      defaultValue: first,
      description: `How many, 1 to ${maxFirst}.`,
    }),
    offset: t.int({
      required: true,
      defaultValue: 0,
      description:
        `How many to leave out from the start, 0 to ${maxOffset}. Equal ones have a fixed order, so a page begins ` +
        'exactly where the page before ended, unless posts changed in between.',
    }),
  }));

/** Parses the arguments; BAD_INPUT when they are out of bounds. */
export const parseTopList = ({ first, offset }: { readonly first: number; readonly offset: number }) =>
  [parseFirst(first), parseOffset(offset)] as const;
