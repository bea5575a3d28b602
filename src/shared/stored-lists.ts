/** Lists of `posts` that are null when a chat message has no items. */
const names = ['hashtags', 'mentions', 'cashtags', 'urls', 'domains', 'emoji', 'words'] as const;
type ListName = (typeof names)[number];

/**
 * Lists that a chat message stores as one text instead of an array, which would take 20 bytes and 4 more for each
 * element: the text's column and its separator.
 */
const joined = {
  words: { column: 'message_words', separator: ' ' },
  badges: { column: 'message_badges', separator: ',' },
} as const;
type JoinedName = keyof typeof joined;

/** Joins such a list; null when it is empty, or could not be split again: then it is stored as an array. */
export function joinList(name: JoinedName, list: readonly string[]): string | null {
  const { separator } = joined[name];
  if (list.length === 0 || list.some((each) => each === '' || each.includes(separator))) return null;
  return list.join(separator);
}

/** Returns SQL for such a list of a posts row as an array, however it is stored; null when it is empty or unknown. */
export function joinedList(name: JoinedName, row = 'p'): string {
  const { column, separator } = joined[name];
  return `coalesce(${row}.${name}, string_to_array(${row}.${column}, '${separator}'))`;
}

/**
 * Returns SQL for these lists of a posts row `p`, as columns with their own names, each empty instead of null; default:
 * all lists.
 */
export const storedLists = (lists: readonly ListName[] = names): string =>
  lists
    .map((list) => `coalesce(${list === 'words' ? joinedList(list) : `p.${list}`}, '{}') as ${list}`)
    .join(', ');
