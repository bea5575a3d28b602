/**
 * The list without items, one for all. V8 tells lists apart by what they have ever held: to its compiler this one is a list
 * of objects or texts as all others are, where `[]` is one of numbers, and code that met both was compiled anew.
 */
export const noItems: readonly never[] = madeEmpty();

function madeEmpty(): never[] {
  const list: unknown[] = [null];
  list.pop();
  return list as never[]; // safe: it is empty
}

/** What `change` makes of each item. Unlike `map`, it makes a list that V8 knows to have no holes. */
export function mapItems<Item, Made>(items: readonly Item[], change: (item: Item) => Made): readonly Made[] {
  if (items.length === 0) return noItems;
  const made: Made[] = [];
  for (const item of items) made.push(change(item));
  return made;
}
