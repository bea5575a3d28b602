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
import { openHearing } from './hearing.ts';
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
  /** Where Twitch's chat is. */
  readonly ircUrl: string;
  /** Where Twitch's events are, and whose token opens them; null, as by default: chats are heard by IRC alone. */
  readonly eventSub?: EventSubOptions | null;
  /** How many channels this process collects at most. */
  readonly channelsMax: number;
  /** The folder in which chat waits to be written, and how many bytes of it. */
  readonly root: string;
  readonly maxBytes: number;
  /** Where it goes from there, to be written by any process; null, as by default: it is written from there. */
  readonly stream?: Omit<ChatStreamOptions, 'writerId'> | null;
  /** Whether messages stay that were deleted on Twitch; default: no. */
  readonly retainDeleted?: boolean;
  /** Twitch's API, which tells who the channels are and what is on air; null, as by default: nobody tells. */
  readonly helix?: Helix | null;
  /** Services that are asked for the emotes of the channels; null, as by default: none is. */
  readonly emotes?: EmoteServices | null;
  /** How often these are asked; default: each minute. */
  readonly watchEveryMs?: number;
  readonly observer?: JobObserver;
  readonly log: Logger;
};

/** Channels that are taken in one look: several collectors that start together share them. */
const takenAtOnce = 20;
/** How long lines are gathered on the disk before they go on to Redis, whose writers gather them again. */
const gatherMs = 100;

/**
 * Collects the chats that are to be collected, until it is closed. Any number of processes may: each channel has one
 * collector, and another takes it up when that one is not heard of for ten seconds. What is heard goes to the journal
 * first, and from there to the store.
 */
export function startCollecting(options: CollectingOptions): { close(): Promise<void> } {
  const { db, log, channelsMax } = options;
  const { sql } = db;
  const collectorId = randomUUID();
  const closing = new AbortController();
  const { stream = null } = options;
  const journal = new Journal({ ...options, ...(stream === null ? {} : { gatherMs }) });
  const held = new Map<string, Collection>();
  /** Since when a channel has not been heard. */
  const silentSince = new Map<string, number>();
  const writer = createChatWriter({
    sql,
    observer: options.observer ?? noObserver,
    retainDeleted: options.retainDeleted ?? false,
    log,
    closing: closing.signal,
  });

  const report = (channel: string, told: Parameters<typeof reportCollection>[3]) => {
    const collection = held.get(channel);
    if (collection === undefined) return;
    reportCollection(sql, collection, collectorId, told).catch((err) =>
      warnRarely(log, { err }, 'how a chat is collected could not be noted'),
    );
  };

  const chat = openHearing({
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
            warnRarely(log, { err }, 'the id of a channel could not be noted'),
          );
        }
      },
      refused(channel, reason) {
        const message = `Twitch does not let anybody into this chat, and it is tried again: ${refusals[reason] ?? reason}`;
        report(channel, { message, event: { message, once: true } });
      },
      fellBack(channel, reason) {
        const message = `Twitch's events cannot be had of this channel, so that its chat is read by IRC: ${reason}`;
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

  async function look(): Promise<void> {
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

  async function goOn(work: () => Promise<void>, everyMs: number, failed: string): Promise<void> {
    while (!closing.signal.aborted) {
      // The channels are heard on: an outage of the store is no reason to leave them.
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
  const looking = goOn(look, beatMs, 'channels could not be looked through');

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
      await Promise.all([looking, storing.ended, ...asking.map((one) => one.close())]);
      journal.close();
      await releaseChannels(sql, collectorId).catch((err) =>
        log.warn({ err }, 'channels could not be given back; others take them in ten seconds'),
      );
    },
  };
}

/** What Twitch and twurple call it. */
const refusals: Readonly<Record<string, string>> = {
  msg_channel_suspended: 'the channel is suspended',
  msg_banned: 'everybody without a name is banned there',
  twurple_timeout: 'it gave no answer, so there may be no such channel',
};

const gapOf = (from: number, to: number) =>
  `Nothing was heard from ${toIso(from)} to ${toIso(to)}: the connection to Twitch was lost`;
