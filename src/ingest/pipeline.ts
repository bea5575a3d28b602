import { setImmediate } from 'node:timers/promises';
import type { Sql, TransactionSql } from 'postgres';
import type { EnrichedPost, NormalisedPost, Page, Platform, ProviderName } from '../shared/post.ts';
import { enrich } from './enrich/enrich.ts';
import { type BatchOutcome, writeBatch } from './write/batch.ts';

export type Ingest = {
  readonly streamId: number;
  readonly platform: Platform;
  readonly provider: ProviderName;
  readonly pages: AsyncIterable<Page> | Iterable<Page>;
  readonly now: () => number;
  /** Runs in the transaction that writes the page: what it does stands if and only if the page does. */
  readonly onPage?: (tx: TransactionSql, page: Page, outcome: BatchOutcome) => Promise<void>;
};

/**
 * Takes pages from a provider to the store, in order. While the store writes one page, the next is read and
 * enriched: the two sides keep a core each busy.
 */
export async function ingest(sql: Sql, work: Ingest): Promise<void> {
  let writing: Promise<unknown> = Promise.resolve();
  let inserted = 0;
  for await (const page of work.pages) {
    const posts = await enrichAll(page.posts);
    await writing;
    writing = writeBatch(
      sql,
      { ...work, account: page.account, posts, collectedAt: work.now() },
      (tx, outcome) => {
        inserted += outcome.inserted;
        return work.onPage?.(tx, page, outcome) ?? Promise.resolve();
      },
    );
    // Its failure is met at the next turn; until then it must not count as unhandled.
    writing.catch(() => {});
  }
  await writing;
  if (inserted >= worthAnalysing) await sql`analyze posts, post_terms, activity, tally_months, tally_totals`;
}

/** From this many new posts on the planner is told at once: autovacuum would, but a minute late. */
const worthAnalysing = 10_000;

/** Some milliseconds' worth: the page before is being written meanwhile, and its COPY wants to be fed. */
const enrichedAtOnce = 100;

async function enrichAll(posts: readonly NormalisedPost[]): Promise<readonly EnrichedPost[]> {
  const enriched: EnrichedPost[] = [];
  for (let at = 0; at < posts.length; at += enrichedAtOnce) {
    for (const post of posts.slice(at, at + enrichedAtOnce)) enriched.push(enrich(post));
    await setImmediate();
  }
  return enriched;
}
