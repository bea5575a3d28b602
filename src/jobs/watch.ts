import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';

type JobWatch = {
  /** Begins to look, when nobody asked for it before; resolves after the first look, or when that fails. */
  begin(): Promise<void>;
  /** One less needs it. */
  end(): void;
};

type WatchOptions = {
  /** Called with each job whose row is another one than at the last look. */
  readonly onChange: (jobId: string) => void;
  /** Looks failed: what changed since then is not known. */
  readonly onMissed: () => void;
};

const lookEveryMs = 2_000;

/**
 * Looks every two seconds at the jobs that are not over or ended in the last minute, while somebody follows jobs: a
 * worker may end between its commit and its news. Served by jobs_state and jobs_finished.
 */
export function watchJobs(db: Database, { onChange, onMissed }: WatchOptions): JobWatch {
  let followers = 0;
  let watching: Watching | null = null;

  async function look(own: Watching): Promise<void> {
    const found = await readMarks(db).catch(() => null);
    if (own !== watching) return;
    const before = own.marks;
    own.marks = found ?? before;
    if (found !== null && own.missed) onMissed();
    own.missed = found === null;
    if (found === null || before === null) return;
    for (const jobId of new Set([...before.keys(), ...found.keys()])) {
      if (before.get(jobId) !== found.get(jobId)) onChange(jobId);
    }
  }

  async function goOn(own: Watching): Promise<void> {
    while (own === watching) {
      await sleep(lookEveryMs, undefined, { ref: false });
      if (own === watching) await look(own);
    }
  }

  function start(): Watching {
    const own: Watching = { marks: null, missed: false, begun: Promise.resolve() };
    watching = own;
    own.begun = look(own);
    void own.begun.then(() => goOn(own));
    return own;
  }

  return {
    begin() {
      followers += 1;
      return (watching ?? start()).begun;
    },
    end() {
      followers -= 1;
      if (followers === 0) watching = null;
    },
  };
}

type Watching = {
  /** What was found by the last look that succeeded; null before the first. */
  marks: ReadonlyMap<string, string> | null;
  /** Whether the last look failed. */
  missed: boolean;
  /** The first look. */
  begun: Promise<void>;
};

/** A row's xmin is the transaction that wrote it: it changes with every change of the row. */
async function readMarks(db: Database): Promise<ReadonlyMap<string, string>> {
  const rows = (await db.orm.execute(sql`
    select job_id as "jobId", xmin::text as mark from jobs
    where state in ('QUEUED', 'RUNNING') or finished_at > now() - interval '1 minute'`)) as unknown as readonly {
    readonly jobId: string;
    readonly mark: string;
  }[];
  return new Map(rows.map(({ jobId, mark }) => [jobId, mark]));
}
