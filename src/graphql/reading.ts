import {
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getNamedType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { Context } from './context.ts';

/** What a field reads of its object, in `extensions`: columns, or those that its own selection reads. */
type Extension = { readonly reads?: readonly string[] | typeof ofSelection };

const ofSelection = 'selection';

/**
 * Makes options of fields that tell which columns of a `Row` they read, so that a list reads no other. The compiler
 * verifies it: a resolver sees those alone, and the columns that are `Always` read.
 */
export const readingOf =
  <Row, Always extends keyof Row = never>() =>
  <const Name extends keyof Row & string, Args, Result>(
    reads: readonly Name[],
    resolve: (row: Pick<Row, Name | Always>, args: Args, context: Context) => Result,
  ) => ({ extensions: { reads } satisfies Extension, resolve });

/** Extensions of a field that returns its own object as another type: it reads what its selection reads. */
export const readsOfSelection: Extension = { reads: ofSelection };

/**
 * The columns that a selection reads of the objects of one type, wherever they are below a field. Null when a field
 * does not tell: it may read any. A field that `@skip` leaves out counts, too. Fragments have no cycles: validation
 * refuses them.
 */
export function columnsRead(
  { fieldNodes, fragments, returnType }: GraphQLResolveInfo,
  typeName: string,
): ReadonlySet<string> | null {
  const columns = new Set<string>();
  let isTold = true;
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
        } else if (reads === undefined) isTold = false;
        else for (const name of reads) columns.add(name);
      }
    }
  };
  const type = getNamedType(returnType);
  if (!isObjectType(type)) return null;
  for (const node of fieldNodes) visit(node.selectionSet, type, false);
  return isTold ? columns : null;
}
