import {
  type FakePost,
  type FakeUser,
  type FakeWorld,
  resultObject,
  rootOf,
  userObject,
} from './x-web-objects.ts';

/** Faults of a page. */
export type PageFault = 'no-bottom' | 'same-cursor';

type Place = { readonly posts: readonly FakePost[]; readonly conversation: readonly string[] };

const newestFirst = (a: FakePost, b: FakePost) => (BigInt(a.id) > BigInt(b.id) ? -1 : 1);

/** The source of a page. */
export type PageOptions = {
  readonly offset: number;
  readonly size: number;
  readonly cursor: string | null;
  readonly fault: PageFault | null;
};

/**
 * A page of an account's posts and replies, newest first. Replies follow the post that they answer. When the account
 * alone wrote a long thread, only the first post and the last two are shown. The last page has cursors, too; they lead
 * to a page with only cursors.
 */
export function timelineAnswer(
  world: FakeWorld,
  user: FakeUser,
  page: PageOptions & { readonly byLikes: boolean; readonly promoted: FakePost | null },
): object {
  const pinned = world.posts.find(({ id }) => id === user.pinned);
  const places = placesOf(world, user, pinned?.id ?? null);
  if (page.byLikes) places.sort((a, b) => likes(b) - likes(a));
  const shown = places.slice(page.offset, page.offset + page.size);
  const entries = shown.map((place, index) => entryOf(world, place, page.offset + index));
  const extra = page.offset === 0 ? extras(world, page.promoted) : [];
  const instructions = [
    { type: 'TimelineClearCache' },
    ...(page.offset === 0 && pinned
      ? [{ type: 'TimelinePinEntry', entry: entryOf(world, { posts: [pinned], conversation: [] }, -1) }]
      : []),
    {
      type: 'TimelineAddEntries',
      entries: [...entries.slice(0, 1), ...extra, ...entries.slice(1), ...cursors(page, shown.length)],
    },
  ];
  const timeline = { timeline: { instructions, metadata: {} } };
  const key = world.shape === '2024' ? 'timeline_v2' : 'timeline';
  return { data: { user: { result: { __typename: 'User', [key]: timeline } } } };
}

/** A page of search results; from the second page on cursors come as replacements. */
export function searchAnswer(world: FakeWorld, query: string, page: PageOptions): object {
  const found = world.posts.filter((post) => matches(world, post, query)).sort(newestFirst);
  const shown = found.slice(page.offset, page.offset + page.size);
  const entries = shown.map((post, index) =>
    entryOf(world, { posts: [post], conversation: [] }, page.offset + index),
  );
  const both = cursors(page, shown.length);
  const instructions =
    page.offset === 0
      ? [{ type: 'TimelineAddEntries', entries: [...entries, ...both] }]
      : [
          { type: 'TimelineAddEntries', entries },
          ...both.map((entry) => ({
            type: 'TimelineReplaceEntry',
            entry_id_to_replace: entry.entryId,
            entry,
          })),
        ];
  return { data: { search_by_raw_query: { search_timeline: { timeline: { instructions } } } } };
}

/** A post with its ancestors and the thread below it. */
export function detailAnswer(world: FakeWorld, post: FakePost): object {
  const root = rootOf(world, post);
  const thread = world.posts
    .filter((other) => rootOf(world, other).id === root.id)
    .sort(newestFirst)
    .reverse();
  const entries = thread.map((one, index) => entryOf(world, { posts: [one], conversation: [] }, index));
  const instructions = [
    { type: 'TimelineAddEntries', entries },
    { type: 'TimelineTerminateTimeline', direction: 'Top' },
  ];
  return { data: { threaded_conversation_with_injections_v2: { instructions } } };
}

function placesOf(world: FakeWorld, user: FakeUser, pinned: string | null): Place[] {
  const done = new Set<string | null>([pinned]);
  const places: Place[] = [];
  const own = world.posts.filter((post) => post.userId === user.id).sort(newestFirst);
  for (const post of own) {
    if (done.has(post.id)) continue;
    const above = parentsOf(world, post);
    const conversation = [...above, post];
    const isSelfThread = conversation.every((one) => one.userId === user.id);
    const shown =
      isSelfThread && conversation.length > 3
        ? [...conversation.slice(0, 1), ...conversation.slice(-2)]
        : conversation;
    const posts = shown.filter((one) => one === post || !done.has(one.id));
    // In a conversation with others only the shown posts are done: the account's other replies have their own places.
    for (const one of isSelfThread ? conversation : posts) done.add(one.id);
    places.push({ posts, conversation: conversation.length > 1 ? conversation.map(({ id }) => id) : [] });
  }
  return places;
}

function parentsOf(world: FakeWorld, post: FakePost): readonly FakePost[] {
  const parent = world.posts.find(({ id }) => id === post.replyTo);
  return parent === undefined ? [] : [...parentsOf(world, parent), parent];
}

function likes(place: Place): number {
  return Math.max(...place.posts.map((post) => post.likes ?? 0));
}

function entryOf(world: FakeWorld, { posts, conversation }: Place, index: number) {
  const [only] = posts;
  if (only === undefined || conversation.length > 0) {
    const entryId = `profile-conversation-${index}`;
    return {
      entryId,
      sortIndex: String(9_000 - index),
      content: {
        entryType: 'TimelineTimelineModule',
        displayType: 'VerticalConversation',
        metadata: { conversationMetadata: { allTweetIds: conversation, enableDeduplication: true } },
        items: posts.map((post) => ({
          entryId: `${entryId}-tweet-${post.id}`,
          item: { itemContent: itemOf(world, post) },
        })),
      },
    };
  }
  return {
    entryId: `tweet-${only.id}`,
    sortIndex: String(9_000 - index),
    content: { entryType: 'TimelineTimelineItem', itemContent: itemOf(world, only) },
  };
}

function itemOf(world: FakeWorld, post: FakePost): object {
  return {
    itemType: 'TimelineTweet',
    __typename: 'TimelineTweet',
    tweetDisplayType: 'Tweet',
    tweet_results: { result: resultObject(world, post) },
  };
}

/** X's other entries between posts: suggested users, and an advertisement under both kinds of entry id. */
function extras(world: FakeWorld, promoted: FakePost | null): object[] {
  const [someone] = world.users;
  const users = someone === undefined ? [] : [userObject(world, someone)];
  const follow = {
    entryId: 'who-to-follow-1',
    content: {
      entryType: 'TimelineTimelineModule',
      items: users.map((result) => ({
        item: { itemContent: { itemType: 'TimelineUser', user_results: { result } } },
      })),
    },
  };
  if (promoted === null) return [follow];
  const paid = { ...itemOf(world, promoted), promotedMetadata: { impressionId: '1' } };
  const entry = (entryId: string) => ({
    entryId,
    content: { entryType: 'TimelineTimelineItem', itemContent: paid },
  });
  return [follow, entry(`promoted-tweet-${promoted.id}`), entry(`tweet-${promoted.id}`)];
}

function cursors({ offset, cursor, fault }: PageOptions, shown: number) {
  const entry = (cursorType: string, value: string) => ({
    entryId: `cursor-${cursorType.toLowerCase()}-${offset}`,
    content: { entryType: 'TimelineTimelineCursor', cursorType, value },
  });
  const top = entry('Top', `top${offset}`);
  if (fault === 'no-bottom') return [top];
  return [top, entry('Bottom', fault === 'same-cursor' && cursor ? cursor : bottomCursor(offset + shown))];
}

/** The cursor of the page that starts at this place. */
export function bottomCursor(offset: number): string {
  return `DAA${Buffer.from(`at:${offset}:${Math.random()}`).toString('base64url')}`;
}

/** The place that a cursor leads to. */
export function offsetOf(cursor: string | null): number {
  if (cursor === null) return 0;
  return Number(Buffer.from(cursor.slice(3), 'base64url').toString().split(':')[1]);
}

/** Supports words, `OR`, brackets around the whole, and the operators outside of them. */
function matches(world: FakeWorld, post: FakePost, query: string): boolean {
  const operator = (name: string) => new RegExp(`(?:^| )${name}:(\\d+)`).exec(query)?.[1];
  const [since, max, conversation] = [operator('since_id'), operator('max_id'), operator('conversation_id')];
  if (since !== undefined && BigInt(post.id) <= BigInt(since)) return false;
  if (max !== undefined && BigInt(post.id) > BigInt(max)) return false;
  if (conversation !== undefined && rootOf(world, post).id !== conversation) return false;
  const words = query
    .replace(/(?:^| )(?:since_id|max_id|conversation_id):\d+/g, '')
    .replace(/^\((.*)\)$/, '$1');
  const text = post.text.toLowerCase();
  return words
    .toLowerCase()
    .split(' or ')
    .some((all) => all.split(' ').every((word) => text.includes(word)));
}
