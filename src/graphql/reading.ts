import {
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getNamedType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { Context } from './context.ts';

/** The columns that a field reads of its object. `ofSelection`: the columns that its own selection reads. */
type Extension = { readonly reads?: readonly string[] | typeof ofSelection };

const ofSelection = 'selection';

/**
 * Makes the options of a field that lists the columns of a `Row` that it reads, so that a list of rows reads no others.
 * The compiler verifies this: the resolver sees only these columns, and those that are `Always` read.
 */
export const readingOf =
  <Row, Always extends keyof Row = never>() =>
  <const Name extends keyof Row & string, Args, Result>(
    reads: readonly Name[],
    resolve: (row: Pick<Row, Name | Always>, args: Args, context: Context) => Result,
  ) => ({ extensions: { reads } satisfies Extension, resolve });

/** Extensions of a field that returns its own object as another type: it reads the columns of its own selection. */
export const readsOfSelection: Extension = { reads: ofSelection };

/**
 * Returns the columns that the selection below a field reads of the objects of one type. Null when a selected field
 * lists no columns, because it may read any. A field that `@skip` leaves out counts, too. Fragments have no cycles:
 * validation refuses them.
 */
export function columnsRead(
  { fieldNodes, fragments, returnType }: GraphQLResolveInfo,
  typeName: string,
): ReadonlySet<string> | null {
  const columns = new Set<string>();
  let isComplete = true;
  /** Fragments on an object have its type, or an interface of it with the same fields. */
  const visit = (set: SelectionSetNode | undefined, type: GraphQLObjectType, isRead: boolean): void => {
    for (const node of set?.selections ?? []) {
      if (node.kind === Kind.INLINE_FRAGMENT) visit(node.selectionSet, type, isRead);
      else if (node.kind === Kind.FRAGMENT_SPREAD)
        visit(fragments[node.name.value]?.selectionSet, type, isRead);
      else {
        const field = type.getFields()[node.name.value];
        if (field === undefined) continue; // __typename
        const below = getNamedType(field.type);
        const { reads } = field.extensions as Extension; // safe: written above alone
        if (!isRead || reads === ofSelection) {
          if (isObjectType(below)) visit(node.selectionSet, below, isRead || below.name === typeName);
        } else if (reads === undefined) isComplete = false;
        else for (const name of reads) columns.add(name);
      }
    }
  };
  const type = getNamedType(returnType);
  if (!isObjectType(type)) return null;
  for (const node of fieldNodes) visit(node.selectionSet, type, false);
  return isComplete ? columns : null;
}
