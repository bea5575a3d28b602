import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  getArgumentValues,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { schema } from '../../src/schema.ts';

/** A named operation of schema/operations, as users, the dashboard and GraphiQL send it. */
export type Operation = { readonly text: string; readonly document: DocumentNode };

export async function readOperation(name: string): Promise<Operation> {
  const path = fileURLToPath(new URL(`../../schema/operations/${name}.graphql`, import.meta.url));
  const text = await readFile(path, 'utf8');
  return { text, document: parse(text) };
}

/** A stat in an operation. */
export type Asked = {
  /** Its name in the response. */
  readonly name: string;
  readonly field: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Names of its requested fields. */
  readonly parts: ReadonlySet<string>;
  /** A document with only this stat, and the operation's own variables. */
  readonly alone: string;
  /** The variables that this document declares. */
  readonly variables: readonly string[];
};

/** Each stat of the operation's `account { stats }`, in order; free ones are left out. */
export function statsOf(operation: Operation, variables: object): readonly Asked[] {
  const main = operationOf(operation);
  const { coerced = {} } = getVariableValues(schema, main.variableDefinitions ?? [], { ...variables });
  const account = fieldNamed(main.selectionSet, 'account');
  const stats = account?.selectionSet && fieldNamed(account.selectionSet, 'stats');
  if (!account || !stats?.selectionSet) throw new Error('The operation does not ask account { stats }');
  // Safe: the schema is built from these names.
  const fields = (schema.getType('Stats') as GraphQLObjectType).getFields();
  return stats.selectionSet.selections
    .filter((node): node is FieldNode => node.kind === Kind.FIELD && !free.has(node.name.value))
    .map((node) => {
      const definition = fields[node.name.value];
      if (definition === undefined) throw new Error(`Stats has no field ${node.name.value}`);
      const path = withOnly(account, withOnly(stats, node));
      return {
        name: node.alias?.value ?? node.name.value,
        field: node.name.value,
        arguments: getArgumentValues(definition, node, coerced),
        parts: new Set(namesOf(node.selectionSet)),
        ...documentOf(main, path, operation),
      };
    });
}

/** Fields that the scope answers without a query. */
const free: ReadonlySet<string> = new Set(['timeZone', 'from', 'to', 'computedAt', '__typename']);

function operationOf({ document }: Operation): OperationDefinitionNode {
  const found = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (found === undefined) throw new Error('The document has no operation');
  return found as OperationDefinitionNode; // safe: found by its kind
}

function fieldNamed(set: SelectionSetNode, name: string): FieldNode | undefined {
  return set.selections.find(
    (node): node is FieldNode => node.kind === Kind.FIELD && node.name.value === name,
  );
}

const namesOf = (set: SelectionSetNode | undefined): string[] =>
  (set?.selections ?? []).flatMap((node: SelectionNode) =>
    node.kind === Kind.FIELD ? [node.name.value] : [],
  );

const withOnly = (parent: FieldNode, child: FieldNode): FieldNode => ({
  ...parent,
  selectionSet: { kind: Kind.SELECTION_SET, selections: [child] },
});

/** GraphQL refuses unused variables and fragments. */
function documentOf(main: OperationDefinitionNode, path: FieldNode, { document }: Operation) {
  const [variables, spreads] = [new Set<string>(), new Set<string>()];
  const note = (node: FieldNode | FragmentDefinitionNode) =>
    visit(node, {
      Variable: ({ name }) => void variables.add(name.value),
      FragmentSpread: ({ name }) => void spreads.add(name.value),
    });
  note(path);
  const fragments: FragmentDefinitionNode[] = [];
  // Iterating a set also visits entries added meanwhile, so nested fragments are included.
  for (const name of spreads) {
    const fragment = document.definitions.find(
      (node): node is FragmentDefinitionNode =>
        node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === name,
    );
    if (fragment === undefined) continue;
    fragments.push(fragment);
    note(fragment);
  }
  const operation: OperationDefinitionNode = {
    ...main,
    variableDefinitions: (main.variableDefinitions ?? []).filter(({ variable }) =>
      variables.has(variable.name.value),
    ),
    selectionSet: { kind: Kind.SELECTION_SET, selections: [path] },
  };
  return {
    alone: [operation, ...fragments].map((node) => print(node)).join('\n\n'),
    variables: [...variables],
  };
}
