import { isId, isWire, listOf, textOf, type Wire } from '../x/json.ts';
import { cursorMax, pagePostsMax } from '../net/delivery-limits.ts';
import { drift } from './failures.ts';
import { tweetOf } from './post.ts';

/** One entry of a timeline: a post, or a conversation that is placed by its newest post. */
type Entry = {
  readonly pinned: boolean;
  /** As served, without placeholders for posts that cannot be shown. */
  readonly results: readonly Wire[];
  /** Ids of the whole conversation; X omits the middle of a long one. */
  readonly conversation: readonly string[];
};

/** One page of a timeline of X's web client. */
export type Timeline = {
  readonly entries: readonly Entry[];
  readonly bottom: string | null;
};

/** Other entries are advertisements, suggested users, and unrelated posts. */
const postEntry = /^(?:tweet|profile-conversation|conversationthread)-/;

/** Reads the timeline in `holder`; `where` is its path for error messages. */
export function readTimeline(holder: unknown, where: string): Timeline {
  const instructions = isWire(holder) ? holder.instructions : undefined;
  if (!Array.isArray(instructions)) throw drift(`${where}.instructions is missing`);
  const entries: Entry[] = [];
  let bottom: string | null = null;
  for (const instruction of listOf(instructions)) {
    const pinned = instruction.type === 'TimelinePinEntry';
    const alone = isWire(instruction.entry) ? [instruction.entry] : [];
    for (const entry of [...listOf(instruction.entries), ...alone]) {
      const content = isWire(entry.content) ? entry.content : {};
      if (content.cursorType === 'Bottom') bottom = textOf(content.value);
      else if (postEntry.test(textOf(entry.entryId) ?? '')) entries.push(entryOf(content, pinned));
    }
  }
  const posts = entries.reduce((sum, { results }) => sum + results.length, 0);
  if (posts > pagePostsMax) throw drift(`${where} has ${posts} posts, ${pagePostsMax} allowed`);
  if (bottom !== null && bottom.length > cursorMax) {
    throw drift(`its cursor has ${bottom.length} characters, ${cursorMax} allowed`);
  }
  return { entries, bottom };
}

function entryOf(content: Wire, pinned: boolean): Entry {
  const items = listOf(content.items).flatMap((item) =>
    isWire(item.item) && isWire(item.item.itemContent) ? [item.item.itemContent] : [],
  );
  const own = isWire(content.itemContent) ? [content.itemContent] : [];
  const metadata = isWire(content.metadata) ? content.metadata : {};
  const conversation = isWire(metadata.conversationMetadata) ? metadata.conversationMetadata : {};
  return {
    pinned,
    results: [...own, ...items].flatMap(resultOf),
    conversation: Array.isArray(conversation.allTweetIds)
      ? conversation.allTweetIds.filter((id): id is string => typeof id === 'string' && isId(id))
      : [],
  };
}

function resultOf(item: Wire): readonly Wire[] {
  if (item.promotedMetadata !== undefined || !isWire(item.tweet_results)) return [];
  const result = item.tweet_results.result;
  return isWire(result) && tweetOf(result) !== null ? [result] : [];
}
