import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
  type ValueNode,
  visit,
} from 'graphql';
import { BadInputError, QueryTooComplexError } from '../shared/errors.ts';

/** The size of one or several documents. */
export type DocumentSize = {
  /** Tokens, without comments. */
  readonly tokens: number;
  readonly operations: number;
  readonly fragments: number;
  /** Fields with an alias. */
  readonly aliases: number;
  readonly directives: number;
  /** Fields, fragments, arguments and values. Those of a fragment count each time that it is used. */
  readonly breadth: number;
  /** Pairs of fields at the same place in the answer: validation compares each pair. */
  readonly repeats: number;
};

/** The limits: sizes of all documents of a request together, and the depth of each. */
export type DocumentLimits = DocumentSize & {
  /** The levels of nested fields. */
  readonly depth: number;
};

/** The most levels of nested lists and objects in a value. */
const maxValueDepth = 64;

const refusals: Readonly<Record<keyof DocumentSize, (asked: number | string) => string>> = {
  tokens: (asked) => `Query too long: ${asked} tokens asked`,
  operations: (asked) => `Too many operations: ${asked} asked`,
  fragments: (asked) => `Too many fragments: ${asked} asked`,
  aliases: (asked) => `Too many aliases: ${asked} asked`,
  directives: (asked) => `Too many directives: ${asked} asked`,
  breadth: (asked) => `Query too wide: ${asked} fields, arguments and values asked`,
  repeats: (asked) => `Query too repetitive: ${asked} pairs of equal fields asked`,
};
const measures = Object.keys(refusals) as (keyof DocumentSize)[]; // safe: it has exactly these keys

export const emptySize: DocumentSize = {
  tokens: 0,
  operations: 0,
  fragments: 0,
  aliases: 0,
  directives: 0,
  breadth: 0,
  repeats: 0,
};

/** Adds two sizes. */
export function addSizes(one: DocumentSize, other: DocumentSize): DocumentSize {
  const sums = measures.map((measure) => [measure, one[measure] + other[measure]]);
  return Object.fromEntries(sums) as DocumentSize; // safe: `measures` has every key
}

/** Throws QUERY_TOO_COMPLEX when a size is over the limits. */
export function checkSize(size: Partial<DocumentSize>, limits: DocumentLimits): void {
  for (const measure of measures) {
    const asked = size[measure] ?? 0;
    if (asked > limits[measure]) throw tooMuch(measure, asked, limits);
  }
}

/** Returns the error for a document over a limit. `over`: it was not counted to its end. */
export function tooMuch(
  measure: keyof DocumentSize,
  asked: number | 'over',
  limits: DocumentLimits,
): QueryTooComplexError {
  const allowed = limits[measure];
  const figure = asked === 'over' ? `over ${allowed}` : asked;
  return new QueryTooComplexError(`${refusals[measure](figure)}, ${allowed} allowed`);
}

/**
 * Measures a document before its validation, in time bounded by the limits: throws as soon as it passes one.
 * BAD_INPUT for fragments that contain themselves.
 */
export function measureDocument(document: DocumentNode, limits: DocumentLimits): DocumentSize {
  const counts = countNodes(document);
  checkSize(counts, limits);
  const fragments = new Map(
    document.definitions
      .filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );
  refuseCycles(fragments);
  return { ...counts, ...spread(document, fragments, limits) };
}

function countNodes(document: DocumentNode): Omit<DocumentSize, 'breadth' | 'repeats'> {
  let [operations, fragments, aliases, directives, valueDepth] = [0, 0, 0, 0, 0];
  const nested = {
    enter: () => {
      if (++valueDepth > maxValueDepth) {
        throw new BadInputError(
          `Value nested too deep: over ${maxValueDepth} levels asked, ${maxValueDepth} allowed`,
        );
      }
    },
    leave: () => {
      valueDepth--;
    },
  };
  visit(document, {
    OperationDefinition: () => {
      operations++;
    },
    FragmentDefinition: () => {
      fragments++;
    },
    Field: ({ alias }) => {
      if (alias) aliases++;
    },
    Directive: () => {
      directives++;
    },
    ListValue: nested,
    ObjectValue: nested,
    ListType: nested,
  });
  return { tokens: document.tokenCount ?? 0, operations, fragments, aliases, directives };
}

function refuseCycles(fragments: ReadonlyMap<string, FragmentDefinitionNode>): void {
  const state = new Map<string, 'open' | 'done'>();
  const follow = (name: string): void => {
    const fragment = fragments.get(name);
    if (fragment === undefined || state.get(name) === 'done') return;
    if (state.get(name) === 'open') {
      throw new BadInputError(`The fragment ${name.slice(0, 60)} contains itself`);
    }
    state.set(name, 'open');
    visit(fragment, { FragmentSpread: (node) => follow(node.name.value) });
    state.set(name, 'done');
  };
  for (const name of fragments.keys()) follow(name);
}

/** Walks through the selections as they are executed: fragments at their places, equal fields together. */
function spread(
  document: DocumentNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  limits: DocumentLimits,
): Pick<DocumentSize, 'breadth' | 'repeats'> {
  const reached = new Set<FragmentDefinitionNode>();
  let [breadth, repeats, deepest] = [0, 0, 0];
  const grow = (): void => {
    if (++breadth > limits.breadth) throw tooMuch('breadth', 'over', limits);
  };
  const growBy = (value: ValueNode): void => {
    grow();
    if (value.kind === Kind.LIST) value.values.forEach(growBy);
    if (value.kind === Kind.OBJECT) for (const field of value.fields) growBy(field.value);
  };
  /** Adds the fields of a set to those at the same place, by their names in the answer. */
  const gather = (set: SelectionSetNode, fields: Map<string, FieldNode[]>): void => {
    for (const selection of set.selections) {
      grow();
      if (selection.kind === Kind.FIELD) {
        for (const { value } of selection.arguments ?? []) growBy(value);
        const name = (selection.alias ?? selection.name).value;
        const equal = fields.get(name);
        if (equal === undefined) fields.set(name, [selection]);
        else {
          repeats += equal.length;
          if (repeats > limits.repeats) throw tooMuch('repeats', 'over', limits);
          equal.push(selection);
        }
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        gather(selection.selectionSet, fields);
      } else {
        const fragment = fragments.get(selection.name.value);
        if (fragment === undefined) continue; // validation refuses it
        reached.add(fragment);
        gather(fragment.selectionSet, fields);
      }
    }
  };
  const walk = (sets: readonly SelectionSetNode[], depth: number): void => {
    const fields = new Map<string, FieldNode[]>();
    for (const set of sets) gather(set, fields);
    if (fields.size > 0) deepest = Math.max(deepest, depth);
    for (const equal of fields.values()) {
      const inner = equal.flatMap(({ selectionSet }) => selectionSet ?? []);
      if (inner.length > 0) walk(inner, depth + 1);
    }
  };
  for (const node of document.definitions) {
    if (node.kind === Kind.OPERATION_DEFINITION) walk([node.selectionSet], 1);
  }
  // Fragments that no operation names are validated too.
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION && !reached.has(node)) walk([node.selectionSet], 1);
  }
  if (deepest > limits.depth) {
    throw new QueryTooComplexError(`Query too deep: ${deepest} levels asked, ${limits.depth} allowed`);
  }
  return { breadth, repeats };
}
