/** The fields of a message that a feed needs. */
export type FeedMessage = { readonly id: string; readonly createdAt: string };

/** The newest messages of a chat, oldest first. */
export type Feed<Message extends FeedMessage> = {
  readonly shown: readonly Message[];
  /** Messages that arrived while the feed was paused, so that nothing moves while it is read. */
  readonly held: readonly Message[];
  /**
   * The cursor for the next page of older messages. Null when there are none, or when the feed has dropped its oldest
   * messages; undefined until the first page has arrived.
   */
  readonly older: string | null | undefined;
};

/** Messages of the store, oldest first. */
export type FeedPage<Message extends FeedMessage> = {
  readonly messages: readonly Message[];
  /** The cursor for the next page of older messages; null when there are none. */
  readonly older: string | null;
};

/** The most messages of a feed, both for shown and for held ones: a busy chat continues for days. */
export const feedMax = 100_000;
/** A full feed drops this many more at once, so that not every new message moves all others. */
export const feedCut = 1_000;

/** An empty feed. */
export const noFeed = { shown: [], held: [], older: undefined } as const;

/**
 * Returns the feed with new messages: shown immediately, or held while the feed is paused. Each message appears once.
 */
export function takeIn<Message extends FeedMessage>(
  feed: Feed<Message>,
  came: readonly Message[],
  isPaused: boolean,
): Feed<Message> {
  const seen = new Set<string>();
  const fresh = came.filter(
    (message) =>
      !has(feed.shown, message) && !has(feed.held, message) && !seen.has(message.id) && seen.add(message.id),
  );
  if (fresh.length === 0) return feed;
  return isPaused ? { ...feed, held: merge(feed.held, fresh) } : show(show(feed, feed.held), fresh);
}

/** Returns the feed after a pause, with the held messages shown. */
export function release<Message extends FeedMessage>(feed: Feed<Message>): Feed<Message> {
  return feed.held.length === 0 ? feed : show(feed, feed.held);
}

/**
 * Shows messages; afterwards none is held. Older messages cannot be added to a feed that has dropped its oldest ones.
 */
function show<Message extends FeedMessage>(feed: Feed<Message>, came: readonly Message[]): Feed<Message> {
  const shown = merge(feed.shown, came);
  const isCut = shown.length < feed.shown.length + came.length;
  return { shown, held: [], older: isCut ? null : feed.older };
}

/** Returns the feed with a page of older messages. `after`: the cursor with which the page was requested. */
export function takeOlder<Message extends FeedMessage>(
  feed: Feed<Message>,
  page: FeedPage<Message>,
  after: string,
): Feed<Message> {
  // The feed has dropped its oldest messages meanwhile: adding the page would leave a gap.
  if (feed.older !== after) return feed;
  const fresh = page.messages.filter((message) => !has(feed.shown, message));
  return { ...feed, shown: merge(feed.shown, fresh), older: page.older };
}

/**
 * Updates the feed from the store: adds missing messages, and removes deleted ones. `page`: the newest messages of the
 * store. A message that is newer than all of them may have arrived after they were read, and stays.
 */
export function settle<Message extends FeedMessage>(
  feed: Feed<Message>,
  page: FeedPage<Message>,
  isPaused: boolean,
): Feed<Message> {
  const { messages: newest, older } = page;
  const [first] = newest;
  const last = newest.at(-1);
  if (first === undefined || last === undefined) return feed;
  const from = Date.parse(first.createdAt);
  const to = Date.parse(last.createdAt);
  const stored = new Set(newest.map(({ id }) => id));
  const settled = (messages: readonly Message[]): readonly Message[] => {
    // Only messages within the span of the page can have been deleted: of a long feed, its end.
    const start = older === null ? 0 : after(messages, from);
    const end = after(messages, to);
    const between = messages.slice(start, end);
    const left = between.filter(({ id }) => stored.has(id));
    return left.length === between.length
      ? messages
      : [...messages.slice(0, start), ...left, ...messages.slice(end)];
  };
  const left = isPaused ? feed.shown : settled(feed.shown);
  const held = settled(feed.held);
  const isSame = left === feed.shown && held === feed.held && feed.older !== undefined;
  const kept = isSame ? feed : { shown: left, held, older: feed.older === undefined ? older : feed.older };
  return takeIn(kept, newest, isPaused);
}

const timeOf = ({ createdAt }: FeedMessage): number => Date.parse(createdAt);

/**
 * Returns the index after all messages up to a time. Messages are sorted: a binary search in a hundred thousand takes
 * seventeen steps.
 */
function after(messages: readonly FeedMessage[], time: number): number {
  let [low, high] = [0, messages.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const message = messages[middle];
    if (message !== undefined && timeOf(message) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a message is among those with its instant. */
function has(messages: readonly FeedMessage[], message: FeedMessage): boolean {
  const time = timeOf(message);
  for (let index = after(messages, time) - 1; index >= 0; index -= 1) {
    const other = messages[index];
    if (other === undefined || timeOf(other) < time) return false;
    if (other.id === message.id) return true;
  }
  return false;
}

/**
 * Merges both lists, oldest first; messages with the same instant stay in order of arrival. New messages are nearly
 * always the newest.
 */
function merge<Message extends FeedMessage>(
  messages: readonly Message[],
  came: readonly Message[],
): readonly Message[] {
  const sorted = came
    .map((message) => ({ message, at: timeOf(message) }))
    .sort((one, other) => one.at - other.at);
  const [first] = sorted;
  if (first === undefined) return messages;
  const start = after(messages, first.at);
  const all = messages.slice(0, start);
  let next = start;
  for (const { message, at } of sorted) {
    for (let old = messages[next]; old !== undefined && timeOf(old) <= at; old = messages[next]) {
      all.push(old);
      next += 1;
    }
    all.push(message);
  }
  for (; next < messages.length; next += 1) {
    const old = messages[next];
    if (old !== undefined) all.push(old);
  }
  return all.length > feedMax ? all.slice(-(feedMax - feedCut)) : all;
}

/** A piece of a message: text, or the name of an emote with the path of its picture, null when unknown. */
export type Piece = { readonly text: string; readonly isEmote: boolean; readonly image: string | null };

/** An emote of a message. */
export type FeedEmote = { readonly name: string; readonly image?: string | null | undefined };

/** Splits a message into text and emotes. The joined pieces equal the message. */
export function piecesOf(text: string, emotes: readonly FeedEmote[]): readonly Piece[] {
  if (emotes.length === 0) return [{ text, isEmote: false, image: null }];
  const images = new Map(emotes.map(({ name, image = null }) => [name, image]));
  const pieces: Piece[] = [];
  for (const part of text.split(/(\s+)/)) {
    const isEmote = images.has(part);
    const last = pieces.at(-1);
    if (part === '') continue;
    if (last !== undefined && !last.isEmote && !isEmote)
      pieces[pieces.length - 1] = { ...last, text: last.text + part };
    else pieces.push({ text: part, isEmote, image: images.get(part) ?? null });
  }
  return pieces;
}
