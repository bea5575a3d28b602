import { setImmediate } from 'node:timers/promises';
import type { EnrichedPage, EnrichedPost, NormalisedPost, Page } from '../../shared/post.ts';
import { enrich } from './enrich.ts';

/** Some milliseconds' worth: others want to run as well. */
const enrichedAtOnce = 100;

/** The pages with everything derived that can be derived from a post alone. */
export async function* enrichPages(
  pages: AsyncIterable<Page> | Iterable<Page>,
): AsyncGenerator<EnrichedPage> {
  for await (const page of pages) yield { ...page, posts: await enrichAll(page.posts) };
}

async function enrichAll(posts: readonly NormalisedPost[]): Promise<readonly EnrichedPost[]> {
  const enriched: EnrichedPost[] = [];
  for (let at = 0; at < posts.length; at += enrichedAtOnce) {
    for (const post of posts.slice(at, at + enrichedAtOnce)) enriched.push(enrich(post));
    await setImmediate();
  }
  return enriched;
}

/** Reads up to `depth` pages ahead, so that those are at hand when the caller has been busy with one. */
export async function* readAhead<T>(pages: AsyncIterable<T>, depth: number): AsyncGenerator<T> {
  const iterator = pages[Symbol.asyncIterator]();
  const read: Promise<IteratorResult<T>>[] = [];
  const readOne = () => {
    const page = iterator.next();
    // Its failure is met when its turn comes; until then it must not count as unhandled.
    page.catch(() => {});
    read.push(page);
  };
  try {
    for (let at = 0; at < depth; at++) readOne();
    for (;;) {
      const page = await read.shift();
      if (page === undefined || page.done) return;
      readOne();
      yield page.value;
    }
  } finally {
    await iterator.return?.();
  }
}
