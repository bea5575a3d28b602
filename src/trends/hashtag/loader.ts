import type DataLoader from 'dataloader';
import type { Context } from '../../graphql/context.ts';
import { createLoader } from '../../graphql/loader.ts';
import { countAuthors, countPosts, findSpans, type TagSpan } from './query.ts';

/** Loads how many posts use a tag. */
export const postsLoader = ({ db, reads }: Context): DataLoader<string, number> =>
  createLoader(async (tags) => {
    reads.all();
    const counts = await countPosts(db, tags);
    return tags.map((tag) => counts.get(tag) ?? 0);
  });

/** Loads how many authors use a tag. */
export const authorsLoader = ({ db, reads }: Context): DataLoader<string, number> =>
  createLoader(async (tags) => {
    reads.all();
    const counts = await countAuthors(db, tags);
    return tags.map((tag) => counts.get(tag) ?? 0);
  });

/** Loads when a tag was first and last used; null when no post uses it. */
export const spanLoader = ({ db, reads }: Context): DataLoader<string, TagSpan | null> =>
  createLoader(async (tags) => {
    reads.all();
    const spans = await findSpans(db, tags);
    return tags.map((tag) => spans.get(tag) ?? null);
  });
