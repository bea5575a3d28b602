import { complexityFromQuery } from '@pothos/plugin-complexity';
import { type DocumentNode, type ExecutionArgs, Kind, type OperationDefinitionNode } from 'graphql';

/**
 * What an operation costs: its fields, those of a list as often as it has items, and what statements are priced at.
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
