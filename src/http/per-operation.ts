import type { DocumentNode, ExecutionArgs } from 'graphql';

type Asked = Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'>;

/** The most sets of variables that are remembered for a document, and the longest set, as JSON. */
const maxSets = 50;
const longestSet = 1_000;

/** The latest set: several functions need the set of one operation in a row. */
let latest: Pick<Asked, 'operationName' | 'variableValues'> & { readonly set: string } = {
  set: '[null,null]',
};

/** Returns the name and the variables of an operation as text. */
function setOf({ operationName, variableValues }: Asked): string {
  if (variableValues !== latest.variableValues || operationName !== latest.operationName) {
    const set = JSON.stringify([operationName, variableValues]);
    latest = { operationName, variableValues, set };
  }
  return latest.set;
}

/**
 * Memoizes a function of an operation with its variables, as long as its document is cached: clients repeat their
 * requests. Errors are not remembered. For one schema only.
 */
export function perOperation<Found>(find: (args: Asked) => Found): (args: Asked) => Found {
  const byDocument = new WeakMap<DocumentNode, Map<string, Found>>();
  return (args) => {
    const set = setOf(args);
    if (set.length > longestSet) return find(args);
    const sets = byDocument.get(args.document) ?? new Map<string, Found>();
    const known = sets.get(set);
    if (known !== undefined) return known;
    const found = find(args);
    if (sets.size >= maxSets) sets.clear();
    byDocument.set(args.document, sets.set(set, found));
    return found;
  };
}
