import type { Sql } from 'postgres';
import { demoOptions } from '../providers/synthetic/demo.ts';
import type { SyntheticOptions } from '../providers/synthetic/options.ts';
import { accountPages, followerHistory, syntheticAccounts } from '../providers/synthetic/provider.ts';
import type { AccountProfile, Page } from '../shared/post.ts';
import { findOrCreateAccount } from '../streams/create.ts';
import { listDemoStreams } from '../streams/demo.ts';
import { findAccountStream } from '../streams/find.ts';
import { noteFetched } from '../streams/fetched.ts';
import { noteFollowers } from '../streams/followers.ts';
import { ingest } from '../streams/ingest.ts';
import type { SyntheticImport } from './payloads.ts';
import type { JobRun } from './job-run.ts';
import { accountCursor, parseAccountCursor } from './account-cursor.ts';
import { reportProgress } from './lease.ts';

const pageSize = 5_000;

/** Generates accounts and writes their posts. */
export async function importSynthetic(run: JobRun, payload: SyntheticImport): Promise<string> {
  const options: SyntheticOptions = payload.demo ? demoOptions(payload.endingAt) : payload;
  const accounts = syntheticAccounts(options);
  const total = accounts.reduce((sum, account) => sum + account.posts, 0);
  await reportProgress(run.db.sql, run.job, `Making ${total} posts of ${accounts.length} accounts`, total);
  const [startIndex, startCursor] = parseAccountCursor(run.job.cursor);
  for (const account of accounts.slice(startIndex)) {
    run.signal.throwIfAborted();
    if (payload.demo && (await matchesRealAccount(run.db.sql, account.profile))) continue;
    const streamId = await findOrCreateAccount(run.db.sql, account.profile, { demo: payload.demo });
    const history = followerHistory(options, account.index);
    await noteFollowers(
      run.db.sql,
      streamId,
      history.map(({ posts, ...snapshot }) => ({ ...snapshot, reportedPosts: posts })),
    );
    const cursor = account.index === startIndex ? startCursor : null;
    await ingest(run.db.sql, {
      streamId,
      platform: 'X',
      provider: 'SYNTHETIC',
      pages: pagesUntil(run.signal, accountPages(options, account.index, { cursor, pageSize })),
      read: (post) => post,
      now: run.now,
      onWritten: (tx, written) => {
        const numbered = { ...written, total, cursor: accountCursor(account.index, written.cursor) };
        return run.countWritten(tx, streamId, numbered);
      },
    });
    await noteFetched(run.db.sql, streamId);
  }
  return 'Done';
}

/** Whether the profile would match a stored account that is not the demo's, for example by its handle. */
async function matchesRealAccount(sql: Sql, profile: AccountProfile): Promise<boolean> {
  const streamId = await findAccountStream(sql, profile);
  if (streamId === null) return false;
  return !(await listDemoStreams(sql)).some((stream) => stream.streamId === streamId);
}

function* pagesUntil(signal: AbortSignal, pages: Iterable<Page>): Generator<Page> {
  for (const page of pages) {
    signal.throwIfAborted();
    yield page;
  }
}
