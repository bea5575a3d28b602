import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Sql } from 'postgres';
import { warnRarely } from '../platform/warn-rarely.ts';
import type { EmoteServices } from '../providers/emote-services/open.ts';
import { hourMs, minuteMs } from '../shared/instant.ts';
import { everyChannel, listFreshSets, saveEmoteSet } from '../streams/emote-sets.ts';
import type { Collection } from './leases.ts';

type FetchingOptions = {
  readonly sql: Sql;
  readonly services: EmoteServices;
  /** The channels that this process collects. */
  readonly channels: () => readonly Collection[];
  readonly log: Logger;
  /** How often to check for outdated sets; default: each minute. */
  readonly everyMs?: number;
};

/** Sets older than this are fetched again. */
const freshMs = 24 * hourMs;
/** Pause before a failed request is repeated. */
const againMs = hourMs;

/**
 * Fetches the emotes of the collected channels, and those of every channel, once a day, one set after the other, until
 * it is closed.
 */
export function startFetchingEmotes(options: FetchingOptions): { close(): Promise<void> } {
  const { sql, services, channels, log, everyMs = minuteMs } = options;
  const closing = new AbortController();
  const { signal } = closing;
  /** When each failed set may be requested again. */
  const failed = new Map<string, number>();

  async function fetchOutdated(): Promise<void> {
    const known = channels().flatMap(({ streamId, channelId }) =>
      channelId === null ? [] : [{ streamId, channelId }],
    );
    if (known.length === 0) return;
    const wanted = [{ streamId: everyChannel, channelId: null }, ...known];
    const ids = wanted.map(({ streamId }) => streamId);
    const fresh = await listFreshSets(sql, ids, Date.now() - freshMs);
    for (const { streamId, channelId } of wanted) {
      for (const service of services.names) {
        const set = `${streamId} ${service}`;
        if (signal.aborted || fresh.has(set) || (failed.get(set) ?? 0) > Date.now()) continue;
        await refresh(set, async () => {
          const emotes = await services.emotes(service, channelId, signal);
          await saveEmoteSet(sql, streamId, service, { emotes, now: Date.now() });
        });
      }
    }
  }

  async function refresh(set: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      failed.delete(set);
    } catch (err) {
      if (signal.aborted) return;
      if (failed.size > 10_000) failed.clear();
      failed.set(set, Date.now() + againMs);
      warnRarely(log, { err, set }, 'emotes could not be fetched; the earlier ones stay');
    }
  }

  async function run(): Promise<void> {
    // The first channels are taken shortly after the start.
    for (let pauseMs = Math.min(3_000, everyMs); ; pauseMs = everyMs) {
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
      await fetchOutdated().catch(
        (err) => signal.aborted || warnRarely(log, { err }, 'outdated emotes could not be found'),
      );
    }
  }

  const running = run();
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}
