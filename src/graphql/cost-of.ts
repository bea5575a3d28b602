import { complexityFromQuery } from '@pothos/plugin-complexity';
import { type DocumentNode, type ExecutionArgs, Kind, type OperationDefinitionNode } from 'graphql';

/**
 * Returns the cost of an operation: its fields, those of a list once per item, and the price of its statements.
 * Throws GraphQL's own error for variables or arguments that do not fit.
 */
export function costOf(
  { schema, document, variableValues }: Pick<ExecutionArgs, 'schema' | 'document' | 'variableValues'>,
  operation: OperationDefinitionNode,
): number {
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const alone: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] };
  return complexityFromQuery(alone, { schema, variables: { ...variableValues } }).complexity;
}
