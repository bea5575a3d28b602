/** Lists of `posts` that are null where a chat message has nothing in them. */
const names = ['hashtags', 'mentions', 'cashtags', 'urls', 'domains', 'emoji', 'words'] as const;
type ListName = (typeof names)[number];

/**
 * Lists of which a chat message has one text in place of an array, which takes 20 bytes and 4 more for each element: the column of
 * the text, and what parts the elements.
 */
const joined = {
  words: { column: 'message_words', separator: ' ' },
  badges: { column: 'message_badges', separator: ',' },
} as const;
type JoinedName = keyof typeof joined;

/** The text of such a list; null when it is empty, or could not be read back: it is stored as an array then. */
export function joinList(name: JoinedName, list: readonly string[]): string | null {
  const { separator } = joined[name];
  if (list.length === 0 || list.some((each) => each === '' || each.includes(separator))) return null;
  return list.join(separator);
}

/** Such a list of a row of posts, as an array in SQL, however it is stored; null when it is empty or not known. */
export function joinedList(name: JoinedName, row = 'p'): string {
  const { column, separator } = joined[name];
  return `coalesce(${row}.${name}, string_to_array(${row}.${column}, '${separator}'))`;
}

/** These lists of a row `p` of posts as columns with their own names, each empty where it is null; default: all of them. */
export const storedLists = (lists: readonly ListName[] = names): string =>
  lists
    .map((list) => `coalesce(${list === 'words' ? joinedList(list) : `p.${list}`}, '{}') as ${list}`)
    .join(', ');
