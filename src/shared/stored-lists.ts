/** Lists of `posts` that are null where a chat message has nothing in them. */
const names = ['hashtags', 'mentions', 'cashtags', 'urls', 'domains', 'emoji', 'words'] as const;
type ListName = (typeof names)[number];

/** These lists of a row `p` of posts as columns with their own names, each empty where it is null; default: all of them. */
export const storedLists = (lists: readonly ListName[] = names): string =>
  lists.map((list) => `coalesce(p.${list}, '{}') as ${list}`).join(', ');
