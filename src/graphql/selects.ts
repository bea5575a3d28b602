import { type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

/**
 * Whether a field of one of these names is selected anywhere below a field, so that the resolver reads only what is
 * needed. A field that `@skip` leaves out counts, too. Fragments have no cycles: validation refuses them.
 */
export function selects({ fieldNodes, fragments }: GraphQLResolveInfo, names: readonly string[]): boolean {
  const holds = (set: SelectionSetNode | undefined): boolean =>
    set?.selections.some((node) => {
      if (node.kind === Kind.FRAGMENT_SPREAD) return holds(fragments[node.name.value]?.selectionSet);
      return (node.kind === Kind.FIELD && names.includes(node.name.value)) || holds(node.selectionSet);
    }) ?? false;
  return fieldNodes.some((node) => holds(node.selectionSet));
}
