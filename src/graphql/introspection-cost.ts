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

/** How many items the lists of an introspection have, by their field's name. */
type ListSizes = ReadonlyMap<string, number>;

const kept = new WeakMap<GraphQLSchema, ListSizes>();

/**
 * How many fields an operation asks of the schema itself, by estimate: those of a list as often as the schema's types
 * have items of it on average. Full introspection is answered in one turn of the event loop, and most of it is lists.
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

/** A type that is asked for by its name may have so many times the fields of the average. */
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
    // Half of the types that are wrapped in others wrap another one.
    ['ofType', 0.5],
  ]);
}
