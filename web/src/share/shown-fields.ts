import type { DefinitionNode, DocumentNode, OperationDefinitionNode, SelectionSetNode } from 'graphql';

/** Fields of shared pages that a share may not read: jobs and alerts are private to the operator. */
const hidden: ReadonlySet<string> = new Set(['jobs', 'alerts', 'conversations']);

/**
 * Returns the document without fields that a share may not read, and without fragments and variables that only they
 * use. One refused field would fail the whole response. Components must work without those fields.
 */
export function withoutHiddenFields(document: DocumentNode): DocumentNode {
  const definitions = document.definitions.map((definition) =>
    'selectionSet' in definition
      ? { ...definition, selectionSet: without(definition.selectionSet) }
      : definition,
  );
  const fragments = new Map(
    definitions.flatMap((each) =>
      each.kind === 'FragmentDefinition' ? [[each.name.value, each] as const] : [],
    ),
  );
  const used = new Set<string>();
  const follow = (definition: DefinitionNode): void => {
    for (const name of namesOf(definition, 'FragmentSpread')) {
      if (used.has(name)) continue;
      used.add(name);
      const fragment = fragments.get(name);
      if (fragment !== undefined) follow(fragment);
    }
  };
  for (const each of definitions) if (each.kind === 'OperationDefinition') follow(each);
  const kept = definitions.filter((each) => each.kind !== 'FragmentDefinition' || used.has(each.name.value));
  const read = new Set(
    kept.flatMap((each) => namesOf('selectionSet' in each ? each.selectionSet : each, 'Variable')),
  );
  return {
    kind: document.kind,
    definitions: kept.map((each) => (each.kind === 'OperationDefinition' ? withVariables(each, read) : each)),
  };
}

function without(set: SelectionSetNode): SelectionSetNode {
  const selections = set.selections.flatMap((selection) => {
    if (selection.kind === 'Field' && hidden.has(selection.name.value)) return [];
    if (selection.kind === 'FragmentSpread' || selection.selectionSet === undefined) return [selection];
    return [{ ...selection, selectionSet: without(selection.selectionSet) }];
  });
  const typename = {
    kind: 'Field',
    name: { kind: 'Name', value: '__typename' },
  } as (typeof selections)[number]; // safe: it has the form that the parser makes
  return { ...set, selections: selections.length > 0 ? selections : [typename] };
}

const withVariables = (
  operation: OperationDefinitionNode,
  read: ReadonlySet<string>,
): OperationDefinitionNode => ({
  ...operation,
  variableDefinitions: (operation.variableDefinitions ?? []).filter(({ variable }) =>
    read.has(variable.name.value),
  ),
});

/** The names of all nodes of a kind inside another. */
function namesOf(node: unknown, kind: 'FragmentSpread' | 'Variable'): string[] {
  if (Array.isArray(node)) return node.flatMap((each) => namesOf(each, kind));
  if (typeof node !== 'object' || node === null) return [];
  const { kind: own, name } = node as { kind?: unknown; name?: { value: string } };
  // Skips `loc`, whose token list is circular.
  const inside = Object.entries(node).flatMap(([key, each]) => (key === 'loc' ? [] : namesOf(each, kind)));
  return own === kind && name !== undefined ? [name.value, ...inside] : inside;
}
