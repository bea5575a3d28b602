import { join } from 'node:path';
import type { Database } from '../../src/db/client.ts';
import { startCollecting } from '../../src/collect/collector.ts';
import { afterwards } from './afterwards.ts';
import type { FakeTwitchIrc } from './fake-twitch-irc.ts';
import { patienceMs } from './patience.ts';
import { quiet } from './worker.ts';

/** A collector in this process, closed after the test. */
export function collect(
  db: Pick<Database, 'sql'>,
  folder: string,
  fake: FakeTwitchIrc,
  options: Partial<Parameters<typeof startCollecting>[0]> = {},
): ReturnType<typeof startCollecting> {
  const collecting = startCollecting({
    db,
    ircUrl: fake.url,
    channelsMax: 500,
    root: join(folder, 'chat'),
    maxBytes: 100_000_000,
    log: quiet,
    ...options,
  });
  afterwards(() => collecting.close());
  return collecting;
}

/** The Twitch ids of stored messages, sorted; of all channels, or of one. */
export async function storedIds(db: Pick<Database, 'sql'>, login?: string): Promise<readonly string[]> {
  const rows = await db.sql<{ id: string }[]>`
    select p.platform_id::text as id from posts p join accounts a on a.stream_id = p.stream_id
    where ${login === undefined ? db.sql`true` : db.sql`a.handle = ${login}`} order by 1`;
  return rows.map(({ id }) => id);
}

/** Waits until exactly these messages are stored, each once. */
export async function untilStored(
  db: Pick<Database, 'sql'>,
  ids: readonly string[],
  login?: string,
): Promise<void> {
  const sorted = [...ids].sort();
  for (const end = Date.now() + patienceMs; ; await new Promise((done) => setTimeout(done, 100))) {
    const stored = await storedIds(db, login);
    if (stored.length === sorted.length && stored.every((id, at) => id === sorted[at])) return;
    if (Date.now() > end) {
      const [have, want] = [new Set(stored), new Set(sorted)];
      const missing = sorted.filter((id) => !have.has(id));
      const surplus = stored.filter((id) => !want.has(id));
      throw new Error(
        `${stored.length} stored, ${sorted.length} sent: ${missing.length} missing (of those sent, numbers ${missing.map((id) => ids.indexOf(id) + 1).slice(0, 20)}), ${surplus.length} surplus`,
      );
    }
  }
}
