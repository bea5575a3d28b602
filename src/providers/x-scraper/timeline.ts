import { isId, isWire, listOf, textOf, type Wire } from '../x/json.ts';
import { cursorMax, pagePostsMax } from '../net/delivery-limits.ts';
import { drift } from './failures.ts';
import { tweetOf } from './post.ts';

/** What stands at one place of a timeline: a post, or a conversation that was put there for its newest one. */
type Entry = {
  readonly pinned: boolean;
  /** As served; without those that stand for posts nobody may see. */
  readonly results: readonly Wire[];
  /** Ids of the whole conversation; X leaves out the middle of a long one. */
  readonly conversation: readonly string[];
};

/** One page of a timeline of X's web client. */
export type Timeline = {
  readonly entries: readonly Entry[];
  readonly bottom: string | null;
};

/** Beside these there are advertisements, users to follow, and posts that only have to do with others. */
const postEntry = /^(?:tweet|profile-conversation|conversationthread)-/;

/** The instructions at the path, e.g. `user.result.timeline.timeline`, below the answer's `data`. */
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
