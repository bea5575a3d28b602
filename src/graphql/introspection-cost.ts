import {
  type DocumentNode,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** The average length of each list of an introspection, by the name of its field. */
type ListSizes = ReadonlyMap<string, number>;

const kept = new WeakMap<GraphQLSchema, ListSizes>();

/**
 * Estimates how many fields an operation selects of the schema itself. Those of a list count as often as it has items
 * on average. Full introspection is answered in one turn of the event loop, and most of it is lists.
 */
export function introspectionCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): number {
  const sizes = kept.get(schema) ?? listSizesOf(schema);
  kept.set(schema, sizes);
  const fragments = new Map(
    document.definitions
      .filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node.selectionSet]),
  );
  const costOf = (set: SelectionSetNode | undefined, within: boolean): number => {
    let cost = 0;
    for (const node of set?.selections ?? []) {
      if (node.kind === Kind.FRAGMENT_SPREAD) cost += costOf(fragments.get(node.name.value), within);
      else if (node.kind === Kind.INLINE_FRAGMENT) cost += costOf(node.selectionSet, within);
      else if (within) cost += 1 + (sizes.get(node.name.value) ?? 1) * costOf(node.selectionSet, true);
      else if (node.name.value === '__schema') cost += 1 + costOf(node.selectionSet, true);
      else if (node.name.value === '__type') cost += 1 + namedType * costOf(node.selectionSet, true);
    }
    return cost;
  };
  return costOf(operation.selectionSet, false);
}

/** A type that is selected by name may have this many times the average number of fields. */
const namedType = 8;

function listSizesOf(schema: GraphQLSchema): ListSizes {
  const types = Object.values(schema.getTypeMap());
  const composite = types.filter((type) => isObjectType(type) || isInterfaceType(type));
  const fields = composite.flatMap((type) => Object.values(type.getFields()));
  const total = (sizes: readonly number[]) => sizes.reduce((sum, size) => sum + size, 0);
  const perType = (sizes: readonly number[]) => total(sizes) / types.length;
  return new Map([
    ['types', types.length],
    ['directives', schema.getDirectives().length],
    ['fields', fields.length / types.length],
    ['args', total(fields.map(({ args }) => args.length)) / fields.length],
    [
      'inputFields',
      perType(types.filter(isInputObjectType).map((type) => Object.keys(type.getFields()).length)),
    ],
    ['enumValues', perType(types.filter(isEnumType).map((type) => type.getValues().length))],
    ['interfaces', perType(composite.map((type) => type.getInterfaces().length))],
    [
      'possibleTypes',
      perType(types.filter(isInterfaceType).map((type) => schema.getPossibleTypes(type).length)),
    ],
    // About half of the wrapped types wrap another one.
    ['ofType', 0.5],
  ]);
}
