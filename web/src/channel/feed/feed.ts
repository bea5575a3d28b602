/** What a feed keeps of each message. */
export type FeedMessage = { readonly id: string; readonly createdAt: string };

/** The newest messages of a chat, oldest first. */
export type Feed<Message extends FeedMessage> = {
  readonly shown: readonly Message[];
  /** What came while the feed was paused: nothing may move under who reads. */
  readonly held: readonly Message[];
};

/** Messages that a feed keeps at most, shown and held each. A busy chat goes on for days. */
export const feedMax = 5_000;

/** A feed that knows nothing yet. */
export const noFeed = { shown: [], held: [] } as const;

/** Returns the feed with what came: shown at once, or held while the feed is paused. Each message is there once. */
export function takeIn<Message extends FeedMessage>(
  feed: Feed<Message>,
  came: readonly Message[],
  isPaused: boolean,
): Feed<Message> {
  const known = new Set([...feed.shown, ...feed.held].map(({ id }) => id));
  const fresh = came.filter(({ id }) => !known.has(id) && known.add(id));
  if (fresh.length === 0) return feed;
  return isPaused
    ? { ...feed, held: inOrder([...feed.held, ...fresh]) }
    : { shown: inOrder([...feed.shown, ...feed.held, ...fresh]), held: [] };
}

/** Returns the feed that goes on: what was held is shown. */
export function release<Message extends FeedMessage>(feed: Feed<Message>): Feed<Message> {
  return feed.held.length === 0 ? feed : { shown: inOrder([...feed.shown, ...feed.held]), held: [] };
}

/**
 * Returns the feed as the store has it now: with what it does not have yet, and without what was deleted since.
 * `newest`: the newest messages of the store, oldest first; `isWhole`: whether there are no others. A message that is
 * newer than all of them may have come after they were read, and stays.
 */
export function settle<Message extends FeedMessage>(
  feed: Feed<Message>,
  newest: readonly Message[],
  isWhole: boolean,
  isPaused: boolean,
): Feed<Message> {
  const [first] = newest;
  const last = newest.at(-1);
  if (first === undefined || last === undefined) return feed;
  const from = isWhole ? Number.NEGATIVE_INFINITY : Date.parse(first.createdAt);
  const to = Date.parse(last.createdAt);
  const stored = new Set(newest.map(({ id }) => id));
  const isLeft = ({ id, createdAt }: Message) => {
    const at = Date.parse(createdAt);
    return stored.has(id) || at <= from || at > to;
  };
  const left = isPaused || feed.shown.every(isLeft) ? feed.shown : feed.shown.filter(isLeft);
  const held = feed.held.every(isLeft) ? feed.held : feed.held.filter(isLeft);
  const kept = left === feed.shown && held === feed.held ? feed : { shown: left, held };
  return takeIn(kept, newest, isPaused);
}

/** The newest of the messages, oldest first; those of one instant as they came. */
function inOrder<Message extends FeedMessage>(messages: readonly Message[]): readonly Message[] {
  return messages
    .map((message) => ({ message, at: Date.parse(message.createdAt) }))
    .sort((one, other) => one.at - other.at)
    .slice(-feedMax)
    .map(({ message }) => message);
}

/** A piece of a message: words, or the name of an emote with the path of its picture, null when that is not known. */
export type Piece = { readonly text: string; readonly isEmote: boolean; readonly image: string | null };

/** An emote of a message. */
export type FeedEmote = { readonly name: string; readonly image?: string | null | undefined };

/** Cuts a message into words and the emotes among them. The pieces joined are the message. */
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
