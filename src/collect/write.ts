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
  /** Whether messages that Twitch deletes are kept. */
  readonly retainDeleted: boolean;
  readonly log: Logger;
  /** Aborted when the collector closes. Lines that are not stored by then stay in the journal. */
  readonly closing: AbortSignal;
};

/** Stores chat lines in their streams. */
export type ChatWriter = {
  /**
   * Resolves when all lines are stored or no longer needed; rejects when the writer closes first. The lines are parsed
   * at once, and written when `before` is fulfilled, i.e. when the earlier lines are written; rejects when `before`
   * does.
   */
  write(entries: readonly Entry[], before?: Promise<void>): Promise<void>;
};

/** Concurrent transactions; each takes a connection. */
const writesAtOnce = 3;
/**
 * A channel with at most so many lines shares a transaction with others: for few lines, the transaction takes longer
 * than the lines.
 */
const fewLines = 250;
/**
 * Most lines of a shared transaction. All its channels wait for it, and so does everyone who wants to change one of
 * them.
 */
const sharedLines = 1_500;
/** How long channels are written separately after a shared transaction has failed. */
const apartMs = 30_000;
/** Lines per transaction. */
const linesAtOnce = 2_000;
/** Lines that are parsed before other work may run. */
const readInARow = 200;
/**
 * After so many unexpected errors, a channel's lines are dropped, so that the lines after them do not wait for ever.
 */
const maxFailures = 5;
const pauseMs = 500;

/** Creates a writer. Lines of one channel are written in the order in which they were received. */
export function createChatWriter({ sql, observer, retainDeleted, log, closing }: WriterOptions): ChatWriter {
  const rates = new Map<number, RecentRate>();
  const emotes = cacheEmotes(sql);

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

  async function writeWithRetries(group: Group): Promise<void> {
    const { streamId, entries } = group;
    for (let failures = 0; ; ) {
      closing.throwIfAborted();
      try {
        return await writeGroup(group);
      } catch (err) {
        // The job was cancelled or the stream deleted: nothing more is written.
        if (err instanceof JobStoppedError || err instanceof NotFoundError)
          return void rates.delete(streamId);
        if (isAway(err) || isLockTimeout(err) || databaseFull(err) !== null) {
          warnRarely(log, { err }, 'chat waits on disk until the database is available');
        } else if (++failures < maxFailures)
          log.warn({ err, streamId }, 'chat could not be stored; trying again');
        else {
          log.error({ err, streamId, lines: entries.length }, 'chat could not be stored, and was dropped');
          return countDropped(sql, streamId, entries.length, 'they could not be stored; see the log');
        }
        await sleep(pauseMs, undefined, { signal: closing });
      }
    }
  }

  let sharedFrom = Number.NEGATIVE_INFINITY;

  /** Writes channels in one transaction; returns the groups that it did not write. */
  async function writeShared(groups: readonly Group[], before: Promise<void>): Promise<readonly Group[]> {
    if (performance.now() < sharedFrom) return groups;
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
      // Earlier lines that failed are written first.
      if (!isTurn) await before;
      // Written separately, each waits until the store is available again.
      if (isAway(err) || isLockTimeout(err)) return groups;
      if (isUnsupported(err)) {
        log.info('each chat is stored separately: on a cluster several lie on several nodes');
        sharedFrom = Number.POSITIVE_INFINITY;
        return groups;
      }
      sharedFrom = performance.now() + apartMs;
      warnRarely(log, { err }, 'several chats could not be stored together; each is stored separately');
      return groups;
    }
  }

  async function writeAll(groups: readonly Group[], before: Promise<void>): Promise<void> {
    const left = groups.length > 1 ? await writeShared(groups, before) : groups;
    await before;
    for (const group of left) await writeWithRetries(group);
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

/** Groups entries by stream and provider, largest first, so that the workers end at about the same time. */
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

/**
 * Decides which groups share a transaction. Large groups are written alone, and so are those of a channel with two
 * providers.
 */
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

/** Returns the messages of a group; null when it also has events, which may change other messages. */
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

/** How long a channel's emotes are cached. */
const emotesMs = 60_000;
/** Most channels whose emotes are cached: about 100 kB each. */
const emotesMax = 500;

function cacheEmotes(sql: Sql): { of(streamId: number): Promise<ChannelEmotes> } {
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
