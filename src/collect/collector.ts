import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../db/client.ts';
import { type JobObserver, noObserver } from '../jobs/observer.ts';
import { warnRarely } from '../platform/warn-rarely.ts';
import type { EmoteServices } from '../providers/emote-services/open.ts';
import type { EventSubOptions } from '../providers/twitch-eventsub/open.ts';
import type { Helix } from '../providers/twitch-helix/channels.ts';
import { toIso } from '../shared/instant.ts';
import { learnChannelId } from './channel-id.ts';
import { ChatStream, type ChatStreamOptions } from './chat-stream.ts';
import { startFetchingEmotes } from './emotes.ts';
import { openChatReader } from './chat-reader.ts';
import { Journal } from './journal.ts';
import {
  beat,
  beatMs,
  type Collection,
  listHeld,
  releaseChannels,
  takeChannels,
  reportCollection,
} from './leases.ts';
import { startStoring } from './storing.ts';
import { startWatching } from './watch.ts';
import { createChatWriter } from './write.ts';

type CollectingOptions = {
  readonly db: Pick<Database, 'sql'>;
  /** Address of Twitch's chat. */
  readonly ircUrl: string;
  /** Address and token of Twitch's EventSub; by default null: chats are read over IRC only. */
  readonly eventSub?: EventSubOptions | null;
  /** Most channels that this process collects. */
  readonly channelsMax: number;
  /** The journal's folder, and its limit in bytes. */
  readonly root: string;
  readonly maxBytes: number;
  /** The Redis stream from which any process stores the chat; by default null: this process stores it. */
  readonly stream?: Omit<ChatStreamOptions, 'writerId'> | null;
  /** Whether messages that Twitch deletes are kept; default: no. */
  readonly retainDeleted?: boolean;
  /** Twitch's API, for profiles and live broadcasts; by default null: not used. */
  readonly helix?: Helix | null;
  /** Services that list the emotes of channels; by default null: none. */
  readonly emotes?: EmoteServices | null;
  /** How often these are asked; default: each minute. */
  readonly watchEveryMs?: number;
  readonly observer?: JobObserver;
  readonly log: Logger;
};

/** Channels taken per round, so that several collectors that start together share them. */
const takenAtOnce = 20;
/** How long lines are gathered on disk before they go to Redis; its writers gather them again. */
const gatherMs = 100;

/**
 * Collects chats until it is closed. Any number of processes may: each channel has one collector, and another takes it
 * over when that one has been silent for ten seconds. Lines go to the journal first, and from there to the store.
 */
export function startCollecting(options: CollectingOptions): { close(): Promise<void> } {
  const { db, log, channelsMax } = options;
  const { sql } = db;
  const collectorId = randomUUID();
  const closing = new AbortController();
  const { stream = null } = options;
  const journal = new Journal({ ...options, ...(stream === null ? {} : { gatherMs }) });
  const held = new Map<string, Collection>();
  /** Since when a channel has no connection. */
  const silentSince = new Map<string, number>();
  const writer = createChatWriter({
    sql,
    observer: options.observer ?? noObserver,
    retainDeleted: options.retainDeleted ?? false,
    log,
    closing: closing.signal,
  });

  const report = (channel: string, changes: Parameters<typeof reportCollection>[3]) => {
    const collection = held.get(channel);
    if (collection === undefined) return;
    reportCollection(sql, collection, collectorId, changes).catch((err) =>
      warnRarely(log, { err }, 'the state of a chat could not be saved'),
    );
  };

  const chat = openChatReader({
    ircUrl: options.ircUrl,
    eventSub: options.eventSub ?? null,
    listener: {
      line(channel, provider, line) {
        const collection = held.get(channel);
        if (collection === undefined) return;
        journal.append({ streamId: collection.streamId, provider, at: Date.now(), line });
      },
      joined(channel, provider, channelId) {
        const since = silentSince.get(channel);
        silentSince.delete(channel);
        const gap = since === undefined ? null : { message: gapOf(since, Date.now()) };
        report(channel, { message: 'Collecting', event: gap, provider });
        const collection = held.get(channel);
        if (collection !== undefined && channelId !== null && collection.channelId === null) {
          learnChannelId(sql, collection, channelId).catch((err) =>
            warnRarely(log, { err }, 'the id of a channel could not be saved'),
          );
        }
      },
      refused(channel, reason) {
        const message = `Twitch refuses access to this chat; it will be tried again: ${refusals[reason] ?? reason}`;
        report(channel, { message, event: { message, once: true } });
      },
      fellBack(channel, reason) {
        const message = `Twitch's events are not available for this channel, so its chat is read over IRC: ${reason}`;
        report(channel, { event: { message, once: true } });
      },
      lost(channels) {
        for (const channel of channels) {
          silentSince.set(channel, Date.now());
          report(channel, { message: 'The connection to Twitch was lost: connecting again' });
        }
      },
    },
  });

  async function updateChannels(): Promise<void> {
    await beat(sql, collectorId, Date.now());
    await takeChannels(sql, collectorId, Math.min(takenAtOnce, channelsMax - held.size), Date.now());
    if (closing.signal.aborted) return;
    const now = new Map((await listHeld(sql, collectorId)).map((one) => [one.login.toLowerCase(), one]));
    for (const channel of [...held.keys()]) {
      if (now.has(channel)) continue;
      held.delete(channel);
      silentSince.delete(channel);
      chat.leave(channel);
    }
    for (const [channel, collection] of now) {
      held.set(channel, collection);
      chat.join(channel, collection.channelId);
    }
  }

  async function repeat(work: () => Promise<void>, everyMs: number, failed: string): Promise<void> {
    while (!closing.signal.aborted) {
      // Reading goes on during an outage of the store.
      await work().catch((err) => closing.signal.aborted || warnRarely(log, { err }, failed));
      await sleep(everyMs, undefined, { signal: closing.signal }).catch(() => {});
    }
  }

  const storing = startStoring({
    sql,
    journal,
    stream: stream && new ChatStream({ ...stream, writerId: collectorId }),
    writer,
    log,
    closing: closing.signal,
  });
  const updating = repeat(updateChannels, beatMs, 'the list of channels could not be updated');

  const { helix = null, emotes = null, watchEveryMs } = options;
  const channels = () => [...held.values()];
  const pace = watchEveryMs === undefined ? {} : { everyMs: watchEveryMs };
  const asking = [
    ...(helix === null
      ? []
      : [startWatching({ sql, helix, channels, log, ...pace, profilesEveryMs: watchEveryMs })]),
    ...(emotes === null ? [] : [startFetchingEmotes({ sql, services: emotes, channels, log, ...pace })]),
  ];

  return {
    async close() {
      closing.abort();
      chat.close();
      await Promise.all([updating, storing.ended, ...asking.map((one) => one.close())]);
      journal.close();
      await releaseChannels(sql, collectorId).catch((err) =>
        log.warn({ err }, 'channels could not be released; other collectors take them in ten seconds'),
      );
    },
  };
}

/** The reasons by Twitch's and twurple's names. */
const refusals: Readonly<Record<string, string>> = {
  msg_channel_suspended: 'the channel is suspended',
  msg_banned: 'anonymous readers are banned there',
  twurple_timeout: 'it gave no answer, so there may be no such channel',
};

const gapOf = (from: number, to: number) =>
  `No messages were received from ${toIso(from)} to ${toIso(to)}: the connection to Twitch was lost`;
