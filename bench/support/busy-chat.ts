import { randomUUID } from 'node:crypto';
import { noteFolded } from '../../src/ingest/folding/changes.ts';
import { channelProfile } from '../../src/shared/channel-profile.ts';
import type { NormalisedPost, Page } from '../../src/shared/post.ts';
import { unknownMetrics } from '../../src/shared/post.ts';
import { findOrCreateAccount } from '../../src/streams/create.ts';
import { foldChatters } from '../../src/ingest/folding/chatters.ts';
import { foldTallies } from '../../src/ingest/folding/tallies.ts';
import { ingest } from '../../src/streams/ingest.ts';
import { count, report } from './finding.ts';
import { openFilledStore } from './filled-store.ts';
import type { BenchStore } from './store.ts';

/** A store with a channel that has a large chat. */
export type BusyChat = {
  readonly store: BenchStore;
  readonly streamId: number;
  readonly login: string;
  /** Stores so many messages of now, as a collector does. */
  readonly say: (messages: number) => Promise<void>;
};

/** The login of its channel. */
export const busyChat = 'busychat';
const pageSize = 10_000;
const weeks = 8;
const weekMs = 7 * 86_400_000;
/** Monday, 5 January 2026. */
const start = Date.UTC(2026, 0, 5);
const bots = ['nightbot', 'streamelements', 'moobot'] as const;
const emotes = ['Kappa', 'LUL', 'PogChamp', 'BibleThump', 'Kreygasm'] as const;

/**
 * This many messages in eight weeks: one in 25 by first-time chatters, one in 20 by bots, one in five with only emotes.
 */
export async function openBusyChat(messages: number, keepStores: string | null): Promise<BusyChat> {
  const store = await openFilledStore(keepStores, `chat-${messages}`, async (fresh) => {
    const started = performance.now();
    await fill(fresh, messages);
    await noteFolded(fresh.db.sql);
    await foldBehind(fresh, await channelOf(fresh));
    await fresh.db.sql`vacuum (analyze)`;
    report(`filled in ${((performance.now() - started) / 1_000).toFixed(0)} s`);
  });
  const streamId = await channelOf(store);
  // A kept store may be of an older version.
  await foldBehind(store, streamId);
  const source = new MessageSource(() => Date.now());
  const say = (some: number) => write(store, streamId, [Array.from({ length: some }, () => source.next())]);
  return { store, login: busyChat, streamId, say };
}

/** What a server does behind. */
async function foldBehind({ db }: BenchStore, streamId: number): Promise<void> {
  while (await foldChatters(db.sql, streamId));
  while (await foldTallies(db.sql, streamId, { all: true }));
}

const channelOf = ({ db }: BenchStore): Promise<number> =>
  findOrCreateAccount(
    db.sql,
    channelProfile({ platformId: '5', handle: busyChat, displayName: null, observedAt: start }),
  );

async function fill(store: BenchStore, messages: number): Promise<void> {
  const step = (weeks * weekMs) / messages;
  const source = new MessageSource((made) => Math.floor(start + made * step));
  function* pages(): Generator<readonly NormalisedPost[]> {
    for (let made = 0; made < messages; made += pageSize) {
      if (made % 100_000 === 0) report(`${count(made)} messages`);
      yield Array.from({ length: Math.min(pageSize, messages - made) }, () => source.next());
    }
  }
  await write(store, await channelOf(store), pages());
}

async function write(
  store: BenchStore,
  streamId: number,
  some: Iterable<readonly NormalisedPost[]>,
): Promise<void> {
  function* pages(): Generator<Page> {
    let made = 0;
    for (const posts of some) {
      yield { account: null, posts, rejected: [], cursor: String(made), total: null };
      made += posts.length;
    }
  }
  await ingest(store.db.sql, {
    streamId,
    platform: 'TWITCH',
    provider: 'TWITCH_IRC',
    pages: pages(),
    read: (post) => post,
    now: () => Date.now(),
  });
}

class MessageSource {
  readonly #timeOf: (made: number) => number;
  #made = 0;
  #chatters = 0;

  /** `timeOf`: when a message is said, by how many there were with it. */
  constructor(timeOf: (made: number) => number) {
    this.#timeOf = timeOf;
  }

  next(): NormalisedPost {
    this.#made++;
    const at = this.#timeOf(this.#made);
    const isFirst = this.#made % 25 === 1;
    const isBot = this.#made % 20 === 2;
    // The newest and the busiest chatters write the most.
    const chatter = isFirst ? ++this.#chatters : 1 + Math.floor(Math.random() ** 3 * this.#chatters);
    const handle = isBot ? (bots[this.#made % bots.length] ?? bots[0]) : `viewer_${chatter}`;
    const name = emotes[Math.floor(Math.random() ** 2 * emotes.length)] ?? emotes[0];
    const hasEmote = this.#made % 5 < 2;
    const isEmoteOnly = this.#made % 5 === 0;
    const words = isEmoteOnly
      ? ''
      : `word${Math.floor(Math.random() ** 4 * 20_000)} and word${this.#made % 500} `;
    const text = `${words}${hasEmote ? name : this.#made % 7 === 0 ? 'right?' : 'so good'}`;
    return {
      platformId: randomUUID(),
      author: {
        platformId: isBot ? `9${this.#made % bots.length}` : `1${chatter}`,
        handle,
        displayName: handle,
        avatarUrl: null,
      },
      own: true,
      kind: 'MESSAGE',
      text,
      createdAt: at,
      language: undefined,
      metrics: unknownMetrics,
      observedAt: at,
      entities: null,
      media: [],
      replyTo: null,
      repostOf: null,
      quoteOf: null,
      client: null,
      chat: {
        emotes: hasEmote
          ? [
              {
                name,
                imageUrl: `https://static-cdn.jtvnw.net/emoticons/v2/25/default/dark/2.0`,
                start: words.length,
              },
            ]
          : [],
        isAction: false,
        bits: 0,
        isFirst: isFirst && !isBot,
        isReturning: this.#made % 100 === 7,
        badges: this.#made % 2 === 0 ? ['subscriber/12', 'premium/1'] : [],
        subscribedMonths: null,
        color: '#FF0000',
      },
      raw: `@badge-info=subscriber/12;badges=subscriber/12,premium/1;color=#FF0000;display-name=${handle};emotes=;first-msg=0;flags=;id=${randomUUID()};mod=0;returning-chatter=0;room-id=5;subscriber=1;tmi-sent-ts=${at};turbo=0;user-id=1${chatter};user-type= :${handle}!${handle}@${handle}.tmi.twitch.tv PRIVMSG #${busyChat} :${text}`,
    };
  }
}
