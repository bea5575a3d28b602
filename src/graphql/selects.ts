import { type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

/**
 * Whether fields of one of these names are asked for anywhere below a field, so that what only they need is read. A field
 * that is left out by `@skip` counts, too. A document has no cycles of fragments: validation refuses them.
 */
export function selects({ fieldNodes, fragments }: GraphQLResolveInfo, names: readonly string[]): boolean {
  const holds = (set: SelectionSetNode | undefined): boolean =>
    set?.selections.some((node) => {
      if (node.kind === Kind.FRAGMENT_SPREAD) return holds(fragments[node.name.value]?.selectionSet);
      return (node.kind === Kind.FIELD && names.includes(node.name.value)) || holds(node.selectionSet);
    }) ?? false;
  return fieldNodes.some((node) => holds(node.selectionSet));
}
