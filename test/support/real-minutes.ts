import { openLog } from '../../src/providers/twitch-log/provider.ts';
import type { Minute } from '../../src/stats/moments/compute.ts';

/** The minutes of a real log, ascending. */
export async function realMinutes(folder: string, file: string): Promise<readonly Minute[]> {
  const path = `${folder}/twitch-chat/${file}`;
  const log = await openLog({
    path,
    name: file,
    handle: file.startsWith('irc') ? null : 'channel',
    pageSize: 5_000,
    now: Date.UTC(2026, 0, 1),
  });
  const counts = new Map<number, number>();
  for await (const { posts } of log?.pages(null) ?? []) {
    for (const { createdAt } of posts) {
      const at = Math.floor(createdAt / 60_000) * 60_000;
      counts.set(at, (counts.get(at) ?? 0) + 1);
    }
  }
  return [...counts].map(([at, messages]) => ({ at, messages })).sort((a, b) => a.at - b.at);
}
