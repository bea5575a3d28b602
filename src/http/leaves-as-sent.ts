import {
  type DocumentNode,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLString,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** Makes what is sent of a value; throws when the value does not fit. */
type Serialize = (value: unknown) => unknown;

/** A selection on a type. */
type Selected = { readonly type: GraphQLNamedType; readonly set: SelectionSetNode };

/** What an answer has under one key: its type, and what is selected of it where it is an object. */
type Entry = { readonly type: GraphQLOutputType; readonly below: Selected[] };

/**
 * Returns a function that makes in a result of `withRawLeaves` of each leaf what is sent of it, in place. It throws when
 * a leaf does not fit: whoever runs the query runs it again on the schema itself, which says what is wrong where.
 *
 * One key of an answer has one type, whichever type its object is of: a document in which that is not so is not valid
 * (https://spec.graphql.org/October2021/#SameResponseShape()).
 *
 * The function is compiled, as the query is: by loops over the fields it would take as long as what it saves.
 */
export function leavesAsSent(
  schema: GraphQLSchema,
  document: DocumentNode,
  { operation, selectionSet }: OperationDefinitionNode,
): (data: object) => void {
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  const serializers: Serialize[] = [];
  const places = new Map<string, number>();
  const functions: string[] = [];

  function collect({ type, set }: Selected, entries: Map<string, Entry>): Map<string, Entry> {
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) {
        const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : null;
        if (!field) continue; // __typename: a text already
        const key = node.alias?.value ?? node.name.value;
        const entry = entries.get(key) ?? { type: field.type, below: [] };
        entries.set(key, entry);
        if (node.selectionSet) entry.below.push({ type: getNamedType(field.type), set: node.selectionSet });
        continue;
      }
      const part = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
      if (part === undefined) continue; // no valid document has it
      const name = part.typeCondition?.name.value;
      collect({ type: (name && schema.getType(name)) || type, set: part.selectionSet }, entries);
    }
    return entries;
  }

  /** Writes the function for an object of whom this is selected; returns its name. */
  function functionOf(selected: readonly Selected[]): string {
    const at = functions.push('') - 1; // before those of its fields
    const entries = new Map<string, Entry>();
    for (const one of selected) collect(one, entries);
    const statements = [...entries].map(([key, entry]) => statementOf(`object.${key}`, entry));
    functions[at] = `function visit${at}(object) { let value; ${statements.join(' ')} }`;
    return `visit${at}`;
  }

  function statementOf(place: string, { type, below }: Entry): string {
    const nullable = getNullableType(type);
    if (isLeafType(getNamedType(type))) {
      return `value = ${place}; if (${isUnfit(nullable)}) ${place} = serialize${serializerAt(nullable)}(value);`;
    }
    return `value = ${place}; ${visitOf(nullable, 'value', functionOf(below))}`;
  }

  function serializerAt(type: GraphQLOutputType): number {
    const text = String(type);
    const place = places.get(text) ?? serializers.push(serializerOf(type)) - 1;
    places.set(text, place);
    return place;
  }

  const root = schema.getRootType(operation);
  if (!root) return () => {};
  const main = functionOf([{ type: root, set: selectionSet }]);
  const own = serializers.map((_, at) => `const serialize${at} = serializers[${at}];`);
  const source = `"use strict"; ${own.join(' ')} ${functions.join('\n')} return ${main};`;
  // Clients choose only its field names and aliases, which GraphQL's grammar limits to identifiers.
  return new Function('serializers', source)(serializers) as (data: object) => void; // safe: it is written above
}

/** Calls a function with each object in a value of a type. */
function visitOf(type: GraphQLOutputType, value: string, name: string): string {
  if (!isListType(type)) return `if (${value} != null) ${name}(${value});`;
  const item = `${value}Item`;
  const inner = visitOf(getNullableType(type.ofType), item, name);
  return `if (${value} != null) for (const ${item} of ${value}) { ${inner} }`;
}

/** Whether a value is not sent as it is: most are. */
function isUnfit(type: GraphQLOutputType): string {
  switch (String(type)) {
    case 'String':
    case 'ID':
      return 'typeof value !== "string" && value != null';
    case 'Int':
      return '(value | 0) !== value && value != null';
    case 'Float':
      return '!Number.isFinite(value) && value != null';
    case 'Boolean':
      return 'typeof value !== "boolean" && value != null';
    default:
      return 'value != null';
  }
}

/** As those of the types, but faster for what most values are. */
const fast: Readonly<Record<string, Serialize>> = {
  Float: (value) => (Number.isFinite(value) ? value : GraphQLFloat.serialize(value)),
  String: (value) => (typeof value === 'string' ? value : GraphQLString.serialize(value)),
  ID: (value) => (typeof value === 'string' ? value : GraphQLID.serialize(value)),
  Int: (value) => (((value as number) | 0) === value ? value : GraphQLInt.serialize(value)),
};

/** Makes what is sent of a value of a type that is made of lists, non-null and leaf types. */
function serializerOf(type: GraphQLOutputType): Serialize {
  if (isNonNullType(type)) {
    const serialize = serializerOf(type.ofType);
    return (value) => {
      if (value == null) throw new TypeError('a value is missing');
      return serialize(value);
    };
  }
  if (isListType(type)) {
    const serialize = serializerOf(type.ofType);
    return (value) => (value == null ? null : listAsSent(value, serialize));
  }
  if (!isLeafType(type)) throw new TypeError(`${String(type)} is no leaf`);
  const own = fast[type.name] ?? ((value: unknown) => type.serialize(value));
  return (value) => {
    if (value == null) return null;
    const sent = own(value);
    if (sent == null || Number.isNaN(sent)) throw new TypeError(`no ${type.name}`);
    return sent;
  };
}

/**
 * The list itself when each item is sent as it is, as numbers are: nobody changes a list that was resolved. Lists that are no
 * arrays, and items that are promises, are left to who runs the query again.
 */
function listAsSent(list: unknown, serialize: Serialize): readonly unknown[] {
  if (!Array.isArray(list)) throw new TypeError('not an array');
  for (let at = 0; at < list.length; at += 1) {
    if (serialize(list[at]) !== list[at]) return changedList(list, at, serialize);
  }
  return list;
}

/** A copy whose items from one place on are made anew. */
function changedList(list: readonly unknown[], from: number, serialize: Serialize): readonly unknown[] {
  const sent = list.slice();
  for (let at = from; at < list.length; at += 1) sent[at] = serialize(list[at]);
  return sent;
}
