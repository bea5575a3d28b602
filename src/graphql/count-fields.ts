import { type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

/** Returns how many fields are selected for the items of a list, with those of fragments and aliases. */
export function countFields({ fieldNodes, fragments }: GraphQLResolveInfo): number {
  const seen = new Set<string>();
  const countIn = (set: SelectionSetNode | undefined): number =>
    (set?.selections ?? []).reduce((total, selection) => {
      if (selection.kind === Kind.FIELD) return total + 1;
      if (selection.kind === Kind.INLINE_FRAGMENT) return total + countIn(selection.selectionSet);
      const name = selection.name.value;
      if (seen.has(name)) return total; // a fragment's fields come once, however often it is named
      seen.add(name);
      return total + countIn(fragments[name]?.selectionSet);
    }, 0);
  return fieldNodes.reduce((total, node) => total + countIn(node.selectionSet), 0);
}
