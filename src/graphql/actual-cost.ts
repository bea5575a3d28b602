import { getMappedArgumentValues } from '@pothos/core';
import type { FieldComplexity, FieldComplexityValue } from '@pothos/plugin-complexity';
import {
  type ExecutionArgs,
  type FieldNode,
  getNamedType,
  type GraphQLNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Context } from './context.ts';

/**
 * Returns what an operation actually cost: its fields as `costOf` counts them, those of a list once per returned
 * item. A field that the answer lacks, such as one of a type that did not occur, costs nothing.
 */
export function actualCostOf(args: ExecutionArgs, operation: OperationDefinitionNode, data: unknown): number {
  const { schema, document, contextValue } = args;
  const fragments = Object.fromEntries(
    document.definitions
      .filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );
  const info = { schema, fragments, operation, variableValues: { ...args.variableValues } };
  const own = new Map<FieldNode, number>();

  const ownCost = (type: GraphQLNamedType, node: FieldNode): number => {
    const known = own.get(node);
    if (known !== undefined) return known;
    const field = fieldOf(type, node);
    const given = field?.extensions.complexity as FieldComplexity<Context, object> | undefined; // safe: Pothos' plugin writes it
    const complexityOf = (): FieldComplexityValue | undefined => {
      if (typeof given !== 'function' || field === undefined)
        return given as FieldComplexityValue | undefined;
      const values = getMappedArgumentValues(field, node, contextValue as object, info) as object; // safe: `costOf` has read them
      return given(values, contextValue as Context, field);
    };
    const complexity = complexityOf();
    const cost = typeof complexity === 'number' ? complexity : (complexity?.field ?? 1);
    own.set(node, cost);
    return cost;
  };

  const costIn = (set: SelectionSetNode, type: GraphQLNamedType, value: object): number =>
    set.selections.reduce((total, selection) => {
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value;
        if (!Object.hasOwn(value, name)) return total;
        const below = (value as Record<string, unknown>)[name];
        return total + ownCost(type, selection) + costBelow(selection, type, below);
      }
      const spread = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value] : selection;
      if (spread === undefined) return total;
      const name = spread.typeCondition?.name.value;
      return total + costIn(spread.selectionSet, (name && schema.getType(name)) || type, value);
    }, 0);

  const costBelow = (node: FieldNode, type: GraphQLNamedType, value: unknown): number => {
    if (node.selectionSet === undefined || typeof value !== 'object' || value === null) return 0;
    if (Array.isArray(value)) {
      return value.reduce((total: number, item) => total + costBelow(node, type, item), 0);
    }
    const field = fieldOf(type, node);
    return field === undefined ? 0 : costIn(node.selectionSet, getNamedType(field.type), value);
  };

  const root = schema.getRootType(operation.operation);
  if (!root || typeof data !== 'object' || data === null) return 0;
  return costIn(operation.selectionSet, root, data);
}

const fieldOf = (type: GraphQLNamedType, node: FieldNode) =>
  isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
