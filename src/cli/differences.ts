import type { Database } from '../db/client.ts';
import type { StreamRow } from '../entities/stream/query.ts';
import { countMisfolded, countMislisted } from '../ingest/folding/recount.ts';
import { countOrphans } from '../ingest/write/misplaced.ts';
import { countMisthreaded } from '../ingest/write/misthreaded.ts';
import { verifyStream } from '../ingest/write/recount.ts';
import { count, countOf } from './output.ts';
import type { ReportProgress } from './progress.ts';

/** Counts streams and the tables across streams again. Returns a line for each table that differs from its posts. */
export async function findDifferences(
  db: Database,
  streams: readonly StreamRow[],
  report: ReportProgress = () => {},
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [at, { streamId, title }] of streams.entries()) {
    report(at, streams.length, { message: title });
    for (const { table, missing, surplus } of await verifyStream(db.sql, streamId)) {
      found.push(`${title}: ${table} lacks ${countOf(missing, 'row')} and has ${count(surplus)} too many`);
    }
  }
  const orphans = await countOrphans(db.sql);
  if (orphans > 0) found.push(`known_posts has ${countOf(orphans, 'row')} of posts that no stream has`);
  const threads = await countMisthreaded(db.sql);
  if (threads > 0)
    found.push(`known_posts has ${countOf(threads, 'post')} at a wrong place of a conversation`);
  const hours = await countMisfolded(db.sql);
  if (hours > 0) found.push(`trend_buckets has ${countOf(hours, 'hour')} that the posts do not give`);
  const days = await countMislisted(db.sql);
  if (days > 0) found.push(`trend_authors has ${countOf(days, 'day')} that the posts do not give`);
  report(streams.length, streams.length, { message: 'Done' });
  return found;
}
