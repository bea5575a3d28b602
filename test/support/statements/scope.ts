/** A node of the Postgres parser's syntax tree: an object with one key for its kind, or its fields. */
export type Tree = { readonly [field: string]: unknown };

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;
export const child = (node: unknown, field: string): unknown => (isTree(node) ? node[field] : undefined);
export const list = (node: unknown, field: string): readonly unknown[] => {
  const value = child(node, field);
  return Array.isArray(value) ? value : [];
};
export const text = (node: unknown, field: string): string => {
  const value = child(node, field);
  return typeof value === 'string' ? value : '';
};

/** All nodes below and including a node; `enter` decides whether to visit a field. */
export function nodes(node: unknown, enter: (field: string) => boolean = () => true): readonly Tree[] {
  const found: Tree[] = [];
  const ahead: unknown[] = [node];
  while (ahead.length > 0) {
    const next = ahead.pop();
    if (!isTree(next)) continue;
    found.push(next);
    for (const field in next) if (enter(field)) ahead.push(next[field]);
  }
  return found;
}

/** The words of a qualified name of a column, type or function. */
export const words = (parts: readonly unknown[]): readonly string[] =>
  parts.map((part) => text(child(part, 'String'), 'sval'));

/** A source of rows in a statement: a table, or the result of a subquery, CTE or function. */
export class Relation {
  constructor(
    readonly name: string,
    /** The table; null for computed rows. */
    readonly table: string | null,
    /** The columns of a subquery or CTE, each with the term that it equals. */
    readonly columns: ReadonlyMap<string, Term> | null = null,
    /** Whether a function returns the rows; their columns have no names here. */
    readonly isOfFunction = false,
  ) {}
}

/** One side of a comparison: a column of a relation, or a given value. */
export type Term = { readonly relation: Relation; readonly column: string } | 'given';

/** Which columns a statement declares equal, and which are given by a parameter, constant or function. */
export class Equalities {
  readonly #parents = new Map<string, string>();
  readonly #ids = new Map<Relation, number>();

  add(one: Term, other: Term): void {
    this.#parents.set(this.#find(this.#key(one)), this.#find(this.#key(other)));
  }

  isGiven(relation: Relation, column: string): boolean {
    return this.#find(this.#key({ relation, column })) === this.#find('given');
  }

  #key(term: Term): string {
    if (term === 'given') return term;
    const id = this.#ids.get(term.relation) ?? this.#ids.size;
    this.#ids.set(term.relation, id);
    return `${id}.${term.column}`;
  }

  #find(key: string): string {
    let root = key;
    for (
      let next = this.#parents.get(root);
      next !== undefined && next !== root;
      next = this.#parents.get(root)
    )
      root = next;
    return root;
  }
}
