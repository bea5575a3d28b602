import { parseSync } from 'libpg-query';
import { child, Equalities, list, nodes, Relation, type Term, text, type Tree, words } from './scope.ts';

/** A table in a statement. */
export type Named = {
  readonly relation: Relation;
  readonly table: string;
  /** Whether the statement restricts its rows to given streams. */
  readonly isOfGivenStreams: boolean;
};

/** `ofStreams`: the tables with a column `stream_id`. `distributed`: the distributed tables. */
export type Tables = { readonly ofStreams: ReadonlySet<string>; readonly distributed: ReadonlySet<string> };

/** The properties of a statement that matter to a cluster distributed by `stream_id`. */
export type Facts = {
  readonly named: readonly Named[];
  /** Subqueries over a coordinator table that use a column of an outer distributed table, or the other way around. */
  readonly correlated: readonly string[];
  /** SET and RETURNING lists of statements that write to a distributed table. */
  readonly sets: readonly unknown[];
  readonly returnings: readonly unknown[];
  readonly locks: boolean;
  /** Coordinator tables from which a subquery selects no column. */
  readonly columnless: readonly string[];
  /**
   * Distributed tables from which a lateral subquery takes the first rows for each row before it, when the statement
   * does not restrict them to one given stream.
   */
  readonly limited: readonly string[];
};

/** Parses statements; throws the Postgres parser's error for an invalid one. */
export function readStatement(statement: string, tables: Tables): Facts {
  const reader = new Reader(tables);
  for (const { stmt } of parseSync(statement).stmts ?? []) reader.statement(stmt);
  return reader.facts();
}

type Scope = { readonly relations: Relation[]; readonly outer: Scope | null };
type Ctes = ReadonlyMap<string, ReadonlyMap<string, Term>>;
type Columns = ReadonlyMap<string, Term>;

const withoutQueries = (field: string) => field !== 'subselect' && field !== 'withClause';

class Reader {
  readonly #equalities = new Equalities();
  /** Only the equalities that lead to one value, not to a list. */
  readonly #single = new Equalities();
  readonly #named: Relation[] = [];
  readonly #correlated: string[] = [];
  readonly #sets: unknown[] = [];
  readonly #returnings: unknown[] = [];
  readonly #columnless: string[] = [];
  readonly #limited: Relation[] = [];
  #locks = false;
  /** The number of lateral subqueries that contain the query being read. */
  #laterals = 0;

  constructor(readonly tables: Tables) {}

  facts(): Facts {
    const named = this.#named.map((relation) => ({
      relation,
      table: relation.table ?? '',
      isOfGivenStreams: this.#equalities.isGiven(relation, 'stream_id'),
    }));
    return {
      named,
      correlated: this.#correlated,
      sets: this.#sets,
      returnings: this.#returnings,
      locks: this.#locks,
      columnless: this.#columnless,
      limited: this.#limited
        .filter((relation) => !this.#single.isGiven(relation, 'stream_id'))
        .map(({ table }) => table ?? ''),
    };
  }

  statement(node: unknown, outer: Scope | null = null, ctes: Ctes = new Map()): Columns {
    for (const [kind, fields] of Object.entries((node ?? {}) as Tree)) {
      if (kind === 'SelectStmt') return this.#select(fields, outer, ctes);
      if (kind === 'ExplainStmt' || kind === 'CopyStmt' || kind === 'DeclareCursorStmt')
        return this.statement(child(fields, 'query'), outer, ctes);
      if (kind === 'UpdateStmt' || kind === 'DeleteStmt' || kind === 'InsertStmt' || kind === 'MergeStmt')
        return this.#write(fields, outer, ctes);
    }
    return new Map();
  }

  #with(node: unknown, outer: Scope | null, around: Ctes): Ctes {
    const clause = child(node, 'withClause');
    const ctes = new Map(around);
    for (const entry of list(clause, 'ctes')) {
      const cte = child(entry, 'CommonTableExpr');
      const query = child(cte, 'ctequery');
      const name = text(cte, 'ctename');
      const renamed = words(list(cte, 'aliascolnames'));
      const select = child(query, 'SelectStmt');
      // The second arm of a recursive query reads the first.
      const first = child(clause, 'recursive') === true ? child(select, 'larg') : undefined;
      if (first !== undefined) {
        const seed = new Reader(this.tables);
        ctes.set(name, rename(seed.statement({ SelectStmt: first }, outer, ctes), renamed));
        ctes.set(
          name,
          new Map([...(ctes.get(name) ?? [])].map(([column, term]) => [column, seed.#settled(term)])),
        );
      }
      ctes.set(name, rename(this.statement(query, outer, ctes), renamed));
    }
    return ctes;
  }

  /** Returns 'given' for a term that the equalities read so far give a value, otherwise the term itself. */
  #settled(term: Term): Term {
    return term === 'given' || this.#equalities.isGiven(term.relation, term.column) ? 'given' : term;
  }

  #select(node: unknown, outer: Scope | null, around: Ctes): Columns {
    const ctes = this.#with(node, outer, around);
    const [left, right] = [child(node, 'larg'), child(node, 'rarg')];
    if (left !== undefined && right !== undefined) {
      const one = this.#select(left, outer, ctes);
      const other = [...this.#select(right, outer, ctes).values()];
      return new Map(
        [...one].map(([column, term], place) => {
          const second = other[place];
          const isGiven = second !== undefined && this.#settled(second) === 'given';
          return [column, isGiven ? this.#settled(term) : (second ?? term)];
        }),
      );
    }
    const rows = list(node, 'valuesLists');
    if (rows.length > 0)
      return new Map(
        list(child(rows[0], 'List'), 'items').map((_, place) => [`column${place + 1}`, 'given']),
      );
    const scope: Scope = { relations: [], outer };
    for (const item of list(node, 'fromClause')) this.#from(item, scope, ctes);
    if (list(node, 'lockingClause').length > 0) this.#locks = true;
    if (this.#laterals > 0 && child(node, 'limitCount') !== undefined)
      this.#limited.push(
        ...scope.relations.filter(({ table }) => table !== null && this.tables.distributed.has(table)),
      );
    if (list(node, 'targetList').length === 0)
      this.#columnless.push(...scope.relations.flatMap(({ table }) => this.#local(table)));
    this.#block(node, scope, ctes);
    return this.#outputs(list(node, 'targetList'), scope);
  }

  #write(node: unknown, outer: Scope | null, around: Ctes): Columns {
    const ctes = this.#with(node, outer, around);
    const scope: Scope = { relations: [], outer };
    this.#from({ RangeVar: child(node, 'relation') }, scope, new Map());
    const [target] = scope.relations;
    const source = child(node, 'selectStmt');
    if (source !== undefined) this.statement(source, outer, ctes);
    // An insert sets `stream_id`; otherwise the table refuses it.
    if (
      target &&
      list(node, 'cols').some((column) => text(child(column, 'ResTarget'), 'name') === 'stream_id')
    )
      this.#equalities.add({ relation: target, column: 'stream_id' }, 'given');
    for (const field of ['fromClause', 'usingClause'])
      for (const item of list(node, field)) this.#from(item, scope, ctes);
    if (child(node, 'sourceRelation') !== undefined) this.#from(child(node, 'sourceRelation'), scope, ctes);
    this.#conditions(child(node, 'joinCondition'), scope);
    const returned = list(child(node, 'returningClause'), 'exprs');
    if (target?.table && this.tables.distributed.has(target.table)) {
      if (source === undefined) this.#sets.push(child(node, 'targetList'));
      this.#returnings.push(returned);
    }
    this.#block(node, scope, ctes);
    return this.#outputs(returned, scope);
  }

  /** Conditions, subqueries and columns of one query block; nested blocks are read separately. */
  #block(node: unknown, scope: Scope, ctes: Ctes): void {
    this.#conditions(child(node, 'whereClause'), scope);
    const within = (field: string) =>
      withoutQueries(field) && !['selectStmt', 'subquery', 'larg', 'rarg'].includes(field);
    const isLocal = scope.relations.some(
      ({ table }) => table !== null && !this.tables.distributed.has(table),
    );
    const isDistributed = scope.relations.some(
      ({ table }) => table !== null && this.tables.distributed.has(table),
    );
    for (const part of nodes(node, within)) {
      const link = child(part, 'SubLink');
      if (link !== undefined) {
        const columns = [...this.statement(child(link, 'subselect'), scope, ctes).values()];
        for (const [place, side] of sides(child(link, 'testexpr')).entries())
          this.#equal(this.#term(side, scope), columns[place] ?? null);
      }
      const around = this.#relation(child(part, 'ColumnRef'), scope);
      if (!around?.table || scope.relations.includes(around)) continue;
      if (this.tables.distributed.has(around.table) ? isLocal : isDistributed)
        this.#correlated.push(`${scope.relations.map(({ name }) => name).join(', ')} of ${around.table}`);
    }
    for (const part of nodes(node, (field) => within(field) || field === 'larg' || field === 'rarg')) {
      const join = child(part, 'JoinExpr');
      if (join !== undefined) this.#conditions(child(join, 'quals'), scope);
    }
  }

  #from(item: unknown, scope: Scope, ctes: Ctes): void {
    const join = child(item, 'JoinExpr');
    if (join !== undefined) {
      this.#from(child(join, 'larg'), scope, ctes);
      const before = [...scope.relations];
      this.#from(child(join, 'rarg'), scope, ctes);
      const after = scope.relations.filter((relation) => !before.includes(relation));
      for (const column of words(list(join, 'usingClause'))) {
        const [one, other] = [before, after].map((side) =>
          side.find((relation) => this.#has(relation, column)),
        );
        if (one && other) this.#equal(this.#of(one, column), this.#of(other, column));
      }
      return;
    }
    const table = child(item, 'RangeVar');
    if (table !== undefined) {
      const name = text(table, 'relname');
      const cte = child(table, 'schemaname') === undefined ? ctes.get(name) : undefined;
      const relation = new Relation(aliasOf(table, name), cte ? null : name, cte ?? null);
      if (!cte) this.#named.push(relation);
      scope.relations.push(relation);
      return;
    }
    const subquery = child(item, 'RangeSubselect');
    if (subquery !== undefined) {
      const isLateral = child(subquery, 'lateral') === true;
      if (isLateral) this.#laterals++;
      const columns = this.statement(child(subquery, 'subquery'), isLateral ? scope : scope.outer, ctes);
      if (isLateral) this.#laterals--;
      const renamed = words(list(child(subquery, 'alias'), 'colnames'));
      scope.relations.push(new Relation(aliasOf(subquery, ''), null, rename(columns, renamed)));
      return;
    }
    const given = child(item, 'RangeFunction');
    const names = words(list(child(given, 'alias'), 'colnames'));
    const columns = new Map(names.map((name) => [name, 'given' as const]));
    scope.relations.push(new Relation(aliasOf(given, ''), null, columns, names.length === 0));
  }

  /** Records the equalities that a condition implies for all of its rows: those in the parts joined by AND. */
  #conditions(node: unknown, scope: Scope): void {
    const both = child(node, 'BoolExpr');
    if (text(both, 'boolop') === 'AND_EXPR') {
      for (const part of list(both, 'args')) this.#conditions(part, scope);
    }
    const compared = child(node, 'A_Expr');
    const [operator] = words(list(compared, 'name'));
    if (operator !== '=') return;
    const kind = text(compared, 'kind');
    const left = child(compared, 'lexpr');
    const rights = sides(child(compared, 'rexpr'));
    for (const [place, side] of sides(left).entries()) {
      const [one, other] = [this.#term(side, scope), this.#term(rights[place], scope)];
      this.#equal(one, kind === 'AEXPR_IN' ? 'given' : other);
      const isList = [one, other].some(
        (term, index) => term === 'given' && isColumn(index === 0 ? side : rights[place]),
      );
      if (kind === 'AEXPR_OP' && !isList && one !== null && other !== null) this.#single.add(one, other);
    }
  }

  #local(table: string | null): readonly string[] {
    return table === null || this.tables.distributed.has(table) ? [] : [table];
  }

  #equal(one: Term | null, other: Term | null): void {
    if (one !== null && other !== null) this.#equalities.add(one, other);
  }

  #outputs(targets: readonly unknown[], scope: Scope): Columns {
    const columns = new Map<string, Term>();
    for (const target of targets) {
      const fields = child(target, 'ResTarget');
      const value = child(fields, 'val');
      const reference = list(child(value, 'ColumnRef'), 'fields');
      if (reference.some((field) => child(field, 'A_Star') !== undefined)) {
        const [only] = words(reference);
        for (const relation of scope.relations.filter(
          ({ name }) => reference.length === 1 || name === only,
        )) {
          // A function's result columns are named by position only.
          if (relation.isOfFunction)
            return new Map(Array.from({ length: 9 }, (_, place) => [`${place}`, 'given']));
          for (const column of relation.columns?.keys() ?? ['stream_id'])
            if (this.#has(relation, column)) columns.set(column, this.#of(relation, column));
        }
        continue;
      }
      const name = text(fields, 'name') || (words(reference).at(-1) ?? `column ${columns.size}`);
      columns.set(name, this.#term(value, scope) ?? { relation: new Relation(name, null), column: name });
    }
    return columns;
  }

  /** Returns null when the value is computed from columns. */
  #term(node: unknown, scope: Scope): Term | null {
    const cast = child(node, 'TypeCast');
    if (cast !== undefined) return this.#term(child(cast, 'arg'), scope);
    const reference = child(node, 'ColumnRef');
    if (reference !== undefined) return this.#column(reference, scope);
    if (node === undefined) return null;
    const isOfColumns = nodes(node, withoutQueries).some((part) => child(part, 'ColumnRef') !== undefined);
    return isOfColumns ? null : 'given';
  }

  #column(reference: unknown, scope: Scope): Term | null {
    const relation = this.#relation(reference, scope);
    const column = words(list(reference, 'fields')).at(-1) ?? '';
    return relation === null ? null : this.#of(relation, column);
  }

  /** The relation that has the column, in this block or in an outer one. */
  #relation(reference: unknown, scope: Scope): Relation | null {
    const [alias = '', column] = words(list(reference, 'fields'));
    for (let at: Scope | null = scope; at !== null; at = at.outer) {
      const found = at.relations.find((relation) =>
        column === undefined ? this.#has(relation, alias) : relation.name === alias,
      );
      if (found) return found;
    }
    return null;
  }

  #of(relation: Relation, column: string): Term {
    return relation.columns?.get(column) ?? { relation, column };
  }

  #has({ table, columns }: Relation, column: string): boolean {
    if (columns !== null) return columns.has(column);
    return column === 'stream_id' && table !== null && this.tables.ofStreams.has(table);
  }
}

const aliasOf = (node: unknown, name: string) => text(child(node, 'alias'), 'aliasname') || name;

const rename = (columns: Columns, names: readonly string[]): Columns =>
  new Map([...columns].map(([column, term], place) => [names[place] ?? column, term]));

/** Whether an expression is a column. A column that is given is the column of a list. */
const isColumn = (node: unknown): boolean => {
  const cast = child(node, 'TypeCast');
  return cast === undefined ? child(node, 'ColumnRef') !== undefined : isColumn(child(cast, 'arg'));
};

/** The parts of a row, or the one expression. */
function sides(node: unknown): readonly unknown[] {
  const row = child(node, 'RowExpr');
  return row === undefined ? [node] : list(row, 'args');
}
