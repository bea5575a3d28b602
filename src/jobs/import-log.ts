import type { ChatLog } from '../providers/twitch-log/provider.ts';
import { reserveAccount } from '../streams/create.ts';
import { loadChannelEmotes } from '../streams/emote-sets.ts';
import { ingest } from '../streams/ingest.ts';
import { setAccount, reportProgress, setRejected } from './lease.ts';
import type { JobRun } from './job-run.ts';

/** Writes the messages of a log, from the job's cursor. Returns the job's last message. */
export async function importLog(run: JobRun, log: ChatLog): Promise<string> {
  const { db, job } = run;
  const { account, format } = log;
  await setAccount(db.sql, job, { platformId: account.platformId, handle: account.handle });
  await reportProgress(db.sql, job, `Importing ${log.total.toLocaleString('en-US')} messages`, log.total);
  await setRejected(db.sql, job.jobId, log.rejectedCount, log.rejected);
  const { streamId, make } = await reserveAccount(db.sql, account);
  await ingest(db.sql, {
    streamId,
    emotes: await loadChannelEmotes(db.sql, streamId),
    make,
    platform: 'TWITCH',
    provider: 'TWITCH_LOG',
    pages: log.pages(job.cursor, run.signal),
    read: (post) => post,
    now: run.now,
    onWritten: async (tx, written) => {
      // Pages do not wait for the disk: after a power cut the cursor is as old as the pages, and lost ones are read
      // again.
      await tx`set local synchronous_commit = off`;
      await run.countWritten(tx, streamId, written);
    },
  });
  return [
    `Done: ${log.total.toLocaleString('en-US')} messages of ${account.handle}, read as ${format}`,
    ...(log.isZoneAssumed ? ['its times have no zone and were taken as UTC'] : []),
    ...describeRejected(log),
  ].join('; ');
}

function describeRejected({ rejected, rejectedCount }: ChatLog): readonly string[] {
  if (rejectedCount === 0) return [];
  const named = rejected.slice(0, 3).map(({ where, reason }) => `${where}: ${reason}`);
  const more = rejectedCount > named.length ? '; …' : '';
  const couldNot =
    rejectedCount === 1 ? 'record could not be read and was' : 'records could not be read and were';
  return [`${rejectedCount.toLocaleString('en-US')} ${couldNot} left out (${named.join('; ')}${more})`];
}
