import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Sql } from 'postgres';
import { isAway, isLockTimeout, isUnsupported } from '../db/away.ts';
import { JobStoppedError } from '../jobs/lease.ts';
import type { JobObserver } from '../jobs/observer.ts';
import { measureRecentRate, type RecentRate } from '../jobs/recent-rate.ts';
import { warnRarely } from '../platform/warn-rarely.ts';
import { readChat } from '../providers/twitch/read-chat.ts';
import { readEvent } from '../providers/twitch-eventsub/read-event.ts';
import type { ChannelEvent } from '../shared/channel-event.ts';
import { databaseFull } from '../shared/disk-full.ts';
import { NotFoundError } from '../shared/errors.ts';
import type { NormalisedPost, Page, ProviderName } from '../shared/post.ts';
import { type ChannelEmotes, loadChannelEmotes } from '../streams/emote-sets.ts';
import { ingest } from '../streams/ingest.ts';
import { type ChannelMessages, writeTogether } from '../streams/write-together.ts';
import type { Entry } from './entry.ts';
import { countCollected, countDropped, countNew, lockCollected } from './leases.ts';

type WriterOptions = {
  readonly sql: Sql;
  readonly observer: JobObserver;
  /** Whether messages stay that were deleted on Twitch. */
  readonly retainDeleted: boolean;
  readonly log: Logger;
  /** Aborted when the collector closes. What is not written by then stays in the journal. */
  readonly closing: AbortSignal;
};

/** Writes lines of chat to the streams that they belong to. */
export type ChatWriter = {
  /**
   * Resolves when the store has all of them, or is not to have them; rejects when it closes before. They are read at once, and
   * written when `before` is fulfilled, which is when the lines are written that came before them; rejects when that does.
   */
  write(entries: readonly Entry[], before?: Promise<void>): Promise<void>;
};

/** Transactions at the same time: each takes a connection. */
const writesAtOnce = 3;
/** Up to so many lines a channel shares a transaction with others: of few lines it takes longer than the lines. */
const fewLines = 250;
/** Lines of a transaction of several channels. All of them wait for it, and whoever wants to change one of them. */
const sharedLines = 1_500;
/** How long channels are written by themselves after a shared transaction failed. */
const apartMs = 30_000;
/** Lines of one transaction. */
const linesAtOnce = 2_000;
/** Lines read between two chances for others to run. */
const readInARow = 200;
/** Unexpected errors of one channel's lines, after which they are dropped: the others would wait for ever. */
const maxFailures = 5;
const pauseMs = 500;

/** Makes a writer over a store. Lines of one channel are written in the order in which they were heard. */
export function createChatWriter({ sql, observer, retainDeleted, log, closing }: WriterOptions): ChatWriter {
  const rates = new Map<number, RecentRate>();
  const emotes = keepEmotes(sql);

  function rateOf(streamId: number): RecentRate {
    const rate = rates.get(streamId) ?? measureRecentRate(() => performance.now());
    rates.set(streamId, rate);
    return rate;
  }

  async function writeGroup(group: Group): Promise<void> {
    const { streamId, provider } = group;
    const rate = rateOf(streamId);
    await ingest(sql, {
      streamId,
      platform: 'TWITCH',
      provider,
      pages: pagesOf(group),
      emotes: await emotes.of(streamId),
      read: (post: NormalisedPost) => post,
      now: Date.now,
      retainDeleted,
      async onWritten(tx, written) {
        const { posts, inserted, updated, removed } = written;
        const recentPostsPerSecond = rate.count(posts);
        await countCollected(tx, streamId, {
          fetched: posts,
          inserted,
          updated,
          removed,
          recentPostsPerSecond,
        });
        observer.wrote(written);
      },
    });
  }

  async function writeSurely(group: Group): Promise<void> {
    const { streamId, entries } = group;
    for (let failures = 0; ; ) {
      closing.throwIfAborted();
      try {
        return await writeGroup(group);
      } catch (err) {
        // Cancelled or deleted: nothing more is to be written.
        if (err instanceof JobStoppedError || err instanceof NotFoundError)
          return void rates.delete(streamId);
        if (isAway(err) || isLockTimeout(err) || databaseFull(err) !== null) {
          warnRarely(log, { err }, 'chat waits on this disk for the database');
        } else if (++failures < maxFailures)
          log.warn({ err, streamId }, 'chat could not be written; trying again');
        else {
          log.error({ err, streamId, lines: entries.length }, 'chat could not be written, and was dropped');
          return countDropped(sql, streamId, entries.length, 'they could not be written; the log has more');
        }
        await sleep(pauseMs, undefined, { signal: closing });
      }
    }
  }

  let togetherFrom = Number.NEGATIVE_INFINITY;

  /** Writes channels by one transaction, and returns those of which it did not write the lines. */
  async function writeShared(groups: readonly Group[], before: Promise<void>): Promise<readonly Group[]> {
    if (performance.now() < togetherFrom) return groups;
    let isTurn = false;
    try {
      const channels: ChannelMessages[] = [];
      for (const group of groups) {
        const posts = messagesOf(group);
        if (posts !== null) channels.push({ ...group, posts, emotes: await emotes.of(group.streamId) });
      }
      if (channels.length < 2) return groups;
      const written = await writeTogether(sql, channels, {
        now: Date.now,
        retainDeleted,
        turn: async () => {
          await before;
          isTurn = true;
        },
        before: lockCollected,
        after: (tx, counts) =>
          countNew(
            tx,
            [...counts].map(([streamId, inserted]) => ({
              streamId,
              inserted,
              recentPostsPerSecond: rateOf(streamId).count(inserted),
            })),
          ),
      });
      for (const inserted of written.values()) observer.wrote({ inserted, updated: 0 });
      return groups.filter(({ streamId }) => !written.has(streamId));
    } catch (err) {
      closing.throwIfAborted();
      // What failed is to be written first.
      if (!isTurn) await before;
      // Each by itself waits until the store is there again.
      if (isAway(err) || isLockTimeout(err)) return groups;
      if (isUnsupported(err)) {
        log.info('each chat is written by itself: on a cluster several lie on several nodes');
        togetherFrom = Number.POSITIVE_INFINITY;
        return groups;
      }
      togetherFrom = performance.now() + apartMs;
      warnRarely(log, { err }, 'several chats could not be written together; each is written by itself');
      return groups;
    }
  }

  async function writeAll(groups: readonly Group[], before: Promise<void>): Promise<void> {
    const left = groups.length > 1 ? await writeShared(groups, before) : groups;
    await before;
    for (const group of left) await writeSurely(group);
  }

  return {
    async write(entries, before = Promise.resolve()) {
      const shares = sharesOf(groupsOf(entries));
      const workers = Array.from({ length: writesAtOnce }, async () => {
        for (let share = shares.shift(); share !== undefined; share = shares.shift())
          await writeAll(share, before);
      });
      const ended = await Promise.allSettled(workers);
      for (const one of ended) if (one.status === 'rejected') throw one.reason;
    },
  };
}

type Group = {
  readonly streamId: number;
  readonly provider: ProviderName;
  readonly entries: Entry[];
};

/** By stream and provider, the longest first: they end together. */
function groupsOf(entries: readonly Entry[]): Group[] {
  const groups = new Map<string, Group>();
  for (const entry of entries) {
    const { streamId, provider } = entry;
    const key = `${streamId} ${provider}`;
    const group = groups.get(key) ?? { streamId, provider, entries: [] };
    group.entries.push(entry);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.entries.length - a.entries.length);
}

/** Groups that share a transaction: the large ones alone, and those of a channel that two providers tell of. */
function sharesOf(groups: readonly Group[]): (readonly Group[])[] {
  const providers = new Map<number, number>();
  for (const { streamId } of groups) providers.set(streamId, (providers.get(streamId) ?? 0) + 1);
  const shares: (readonly Group[])[] = [];
  let [shared, lines]: [Group[], number] = [[], 0];
  for (const group of groups) {
    const { streamId, entries } = group;
    if (entries.length > fewLines || providers.get(streamId) !== 1) {
      shares.push([group]);
      continue;
    }
    if (lines + entries.length > sharedLines) {
      shares.push(shared);
      [shared, lines] = [[], 0];
    }
    shared.push(group);
    lines += entries.length;
  }
  if (shared.length > 0) shares.push(shared);
  return shares;
}

/** The messages of a group; null when it has events as well, which may change other messages. */
function messagesOf({ entries }: Group): readonly NormalisedPost[] | null {
  const posts: NormalisedPost[] = [];
  for (const entry of entries) {
    const item = readEntry(entry);
    if (item?.event !== undefined) return null;
    if (item?.post !== undefined) posts.push(item.post);
  }
  return posts;
}

async function* pagesOf({ entries }: Group): AsyncGenerator<Page> {
  for (let at = 0; at < entries.length; at += linesAtOnce) {
    const posts: NormalisedPost[] = [];
    const events: ChannelEvent[] = [];
    for (const [index, entry] of entries.slice(at, at + linesAtOnce).entries()) {
      const item = readEntry(entry);
      if (item?.post !== undefined) posts.push(item.post);
      else if (item?.event !== undefined) events.push(item.event);
      if (index % readInARow === readInARow - 1) await setImmediate();
    }
    yield { account: null, posts, events, rejected: [], cursor: '', total: null };
  }
}

const readEntry = ({ line, at, provider }: Entry) => {
  const read = provider === 'TWITCH_EVENTSUB' ? readEvent : readChat;
  return read(line, { at, observedAt: at });
};

/** How long emotes of a channel are used before they are looked for again. */
const emotesMs = 60_000;
/** Channels whose emotes are kept: those of one take some 100 kB. */
const emotesMax = 500;

function keepEmotes(sql: Sql): { of(streamId: number): Promise<ChannelEmotes> } {
  const kept = new Map<number, { readonly emotes: ChannelEmotes; readonly until: number }>();
  return {
    async of(streamId) {
      const now = performance.now();
      const known = kept.get(streamId);
      if (known !== undefined && now < known.until) return known.emotes;
      const emotes = await loadChannelEmotes(sql, streamId);
      if (kept.size >= emotesMax) kept.clear();
      kept.set(streamId, { emotes, until: now + emotesMs });
      return emotes;
    },
  };
}
