import type { DocumentNode, ExecutionArgs } from 'graphql';

type Asked = Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'>;

/** Sets of variables that are remembered of a document, and the longest of them, as JSON. */
const maxSets = 50;
const longestSet = 1_000;

/** The latest set: several functions ask for that of one operation, one after the other. */
let latest: Pick<Asked, 'operationName' | 'variableValues'> & { readonly set: string } = {
  set: '[null,null]',
};

/** The name and the variables of an operation as a text. */
function setOf({ operationName, variableValues }: Asked): string {
  if (variableValues !== latest.variableValues || operationName !== latest.operationName) {
    const set = JSON.stringify([operationName, variableValues]);
    latest = { operationName, variableValues, set };
  }
  return latest.set;
}

/**
 * Remembers what a function finds out about an operation with its variables, as long as its document is kept: clients
 * ask the same again and again. What it throws is not remembered. For one schema.
 */
export function perOperation<Found>(find: (args: Asked) => Found): (args: Asked) => Found {
  const kept = new WeakMap<DocumentNode, Map<string, Found>>();
  return (args) => {
    const set = setOf(args);
    if (set.length > longestSet) return find(args);
    const sets = kept.get(args.document) ?? new Map<string, Found>();
    const known = sets.get(set);
    if (known !== undefined) return known;
    const found = find(args);
    if (sets.size >= maxSets) sets.clear();
    kept.set(args.document, sets.set(set, found));
    return found;
  };
}
