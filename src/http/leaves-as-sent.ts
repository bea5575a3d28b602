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

/** Returns the value as it is sent in the answer; throws for a value that is invalid for the type. */
type Serialize = (value: unknown) => unknown;

/** A selection on a type. */
type Selected = { readonly type: GraphQLNamedType; readonly set: SelectionSetNode };

/** A key of the answer: the type of its value, and for objects the selections on it. */
type Entry = { readonly type: GraphQLOutputType; readonly below: Selected[] };

/**
 * Returns a function that serializes the leaves of a result of `withRawLeaves`, in place. It throws for an invalid leaf:
 * the caller then runs the query again on the original schema, which reports the error with its path.
 *
 * A key of the answer has the same type in objects of all types: otherwise the document is invalid
 * (https://spec.graphql.org/October2021/#SameResponseShape()).
 *
 * The function is generated code, as the query is: loops over the fields would take as long as the whole saves.
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
        if (!field) continue; // __typename, which is always a string
        const key = node.alias?.value ?? node.name.value;
        const entry = entries.get(key) ?? { type: field.type, below: [] };
        entries.set(key, entry);
        if (node.selectionSet) entry.below.push({ type: getNamedType(field.type), set: node.selectionSet });
        continue;
      }
      const part = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
      if (part === undefined) continue; // not in a valid document
      const name = part.typeCondition?.name.value;
      collect({ type: (name && schema.getType(name)) || type, set: part.selectionSet }, entries);
    }
    return entries;
  }

  /** Writes the function for an object with these selections; returns its name. */
  function functionOf(selected: readonly Selected[]): string {
    const at = functions.push('') - 1; // reserves its number before its fields add theirs
    const entries = new Map<string, Entry>();
    for (const one of selected) collect(one, entries);
    const statements = [...entries].map(([key, entry]) => statementOf(`object.${key}`, entry));
    functions[at] = `function visit${at}(object) { let value; ${statements.join(' ')} }`;
    return `visit${at}`;
  }

  function statementOf(place: string, { type, below }: Entry): string {
    const nullable = getNullableType(type);
    if (isLeafType(getNamedType(type))) {
      return `value = ${place}; if (${needsSerializing(nullable)}) ${place} = serialize${serializerAt(nullable)}(value);`;
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

/** Returns code that calls the function with each object in a value of the type. */
function visitOf(type: GraphQLOutputType, value: string, name: string): string {
  if (!isListType(type)) return `if (${value} != null) ${name}(${value});`;
  const item = `${value}Item`;
  const inner = visitOf(getNullableType(type.ofType), item, name);
  return `if (${value} != null) for (const ${item} of ${value}) { ${inner} }`;
}

/** Returns a condition in code: whether `value` has to be serialized. Most values are sent unchanged. */
function needsSerializing(type: GraphQLOutputType): string {
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

/** The serializers of GraphQL's own types, with a fast path for the usual values. */
const fast: Readonly<Record<string, Serialize>> = {
  Float: (value) => (Number.isFinite(value) ? value : GraphQLFloat.serialize(value)),
  String: (value) => (typeof value === 'string' ? value : GraphQLString.serialize(value)),
  ID: (value) => (typeof value === 'string' ? value : GraphQLID.serialize(value)),
  Int: (value) => (((value as number) | 0) === value ? value : GraphQLInt.serialize(value)),
};

/** Returns the serializer of a leaf type, or of a list of leaves. */
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
 * Returns the list itself when all items are sent unchanged, as numbers are: nobody modifies a resolved list. Throws for
 * a list that is no array, and for items that are promises: the caller then runs the query again.
 */
function listAsSent(list: unknown, serialize: Serialize): readonly unknown[] {
  if (!Array.isArray(list)) throw new TypeError('not an array');
  for (let at = 0; at < list.length; at += 1) {
    if (serialize(list[at]) !== list[at]) return changedList(list, at, serialize);
  }
  return list;
}

/** Returns a copy in which the items from an index on are serialized. */
function changedList(list: readonly unknown[], from: number, serialize: Serialize): readonly unknown[] {
  const sent = list.slice();
  for (let at = from; at < list.length; at += 1) sent[at] = serialize(list[at]);
  return sent;
}
