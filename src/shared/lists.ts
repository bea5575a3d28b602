/**
 * The empty list that all code shares. V8 distinguishes lists by what they have ever held: this one counts as a list of
 * objects or texts, like all others, whereas `[]` counts as a list of numbers, and code that met both was recompiled.
 */
export const noItems: readonly never[] = madeEmpty();

function madeEmpty(): never[] {
  const list: unknown[] = [null];
  list.pop();
  return list as never[]; // safe: it is empty
}

/** Applies `change` to each item. Unlike `map`, it creates a list that V8 knows to have no holes. */
export function mapItems<Item, Made>(items: readonly Item[], change: (item: Item) => Made): readonly Made[] {
  if (items.length === 0) return noItems;
  const made: Made[] = [];
  for (const item of items) made.push(change(item));
  return made;
}
