import { setTimeout as sleep } from 'node:timers/promises';
import { whenBack } from '../db/away.ts';
import { findJobs, isOver, type JobRow } from '../entities/job/query.ts';
import { BadInputError } from '../shared/errors.ts';
import { redact } from '../shared/secrets.ts';
import { startWorkerProcess } from '../worker-process.ts';
import { withJobs } from './follow-job.ts';
import { cellsOf, channelOf, collectTable } from './collect-table.ts';
import { type Environment, jobGlobalId, type Output, shortJobId } from './output.ts';
import { stopped } from './stopped.ts';
import { withNewStore } from './with-store.ts';

const lookEveryMs = 1_000;
/** How often a channel's line is printed when lines cannot be replaced. */
const plainEveryMs = 10_000;
const mostChannels = 100;

/**
 * Starts collecting chats, and shows their progress until it is stopped. On a terminal each channel has a line that is
 * redrawn; elsewhere a line is printed for each change, at most every ten seconds.
 */
export async function collectCommand(
  environment: Environment,
  logins: readonly string[],
  output: Output,
): Promise<void> {
  if (logins.length > mostChannels)
    throw new BadInputError(`Too many channels: ${logins.length} named, ${mostChannels} allowed at once`);
  const collect: Parameters<typeof withJobs>[1] = async ({ jobs }, store, log) => {
    const jobIds: string[] = [];
    for (const login of logins) jobIds.push(await jobs.collectChat(login));
    // A server may not be running, so start a worker. The first worker with room takes each channel.
    const worker = startWorkerProcess(environment, store.url, log);
    const show = output.json || process.stdout.isTTY !== true ? plainLines(output) : liveLines();
    try {
      for (;;) {
        const rows = await whenBack(() => findJobs(store.db, [...new Set(jobIds)]), stopped);
        show(rows);
        if (rows.every(isOver)) return;
        await sleep(lookEveryMs, undefined, { signal: stopped });
      }
    } finally {
      if (stopped.aborted) printOpenJobs(jobIds);
      await worker.close();
    }
  };
  await withJobs(environment, collect, withNewStore);
}

/** Explains that the jobs outlive this command. */
function printOpenJobs(jobIds: readonly string[]): void {
  const ids = [...new Set(jobIds)].map(shortJobId);
  process.stderr.write(
    `\nlarkstat: collecting goes on when a server or a command runs; larkstat cancel ${ids[0]} ends it${ids.length > 1 ? ' for the first channel' : ''}\n`,
  );
}

/** Redraws the table in place. */
function liveLines(): (rows: readonly JobRow[]) => void {
  let shown = 0;
  return (rows) => {
    const { rows: height = 24, columns = 80 } = process.stdout;
    const lines = collectTable(rows, { rows: height, columns });
    const up = shown === 0 ? '' : `\u001b[${Math.min(shown, height - 1)}A`;
    // Clear below: the table before may have been longer, or the terminal wider.
    process.stdout.write(redact(`${up}\u001b[J${lines.map((line) => `${line}\n`).join('')}`));
    shown = lines.length;
  };
}

/** Prints a line for each change. */
function plainLines({ json }: Output): (rows: readonly JobRow[]) => void {
  const printed = new Map<string, { readonly at: number; readonly mark: string; readonly message: string }>();
  return (rows) => {
    for (const row of rows) {
      const before = printed.get(row.jobId);
      const isNews = before === undefined || before.message !== row.message;
      if (!isNews && (before.mark === row.mark || Date.now() - before.at < plainEveryMs)) continue;
      printed.set(row.jobId, { at: Date.now(), mark: row.mark, message: row.message });
      process.stdout.write(redact(`${json ? JSON.stringify(figuresOf(row)) : lineOf(row)}\n`));
    }
  };
}

function lineOf(row: JobRow): string {
  const [channel, messages, now, deleted, dropped, message] = cellsOf(row);
  return `${channel}: ${messages} messages, ${now === '' ? 'waiting' : now}, ${deleted} deleted, ${dropped} dropped: ${message}`;
}

const figuresOf = ({
  jobId,
  subject,
  state,
  message,
  inserted,
  gone,
  rejected,
  recentPostsPerSecond,
}: JobRow) => ({
  id: jobGlobalId(jobId),
  jobId,
  channel: channelOf({ subject }),
  state,
  message,
  messages: inserted,
  deleted: gone ?? 0,
  dropped: rejected,
  messagesPerSecond: recentPostsPerSecond,
});
