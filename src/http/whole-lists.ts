import {
  GraphQLInterfaceType,
  GraphQLList,
  type GraphQLNamedType,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLUnionType,
  getNamedType,
  isInterfaceType,
  isIntrospectionType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';

/** Makes what is sent of a value; throws when the value does not fit. */
type Serialize = (value: unknown) => unknown;

/**
 * Returns a schema for compiling queries: each list of scalars or enums is a scalar of its own there, whose value is the list
 * as it is sent. graphql-jit makes two functions for each item of a list: of the 14,600 items of a dashboard over ten years
 * they were a third of what the process did. `serializers` are used in place of those of some types, by name.
 *
 * A list with an item that does not fit fails as a whole: whoever runs the query runs it again on the schema itself, which
 * says what is wrong with which item.
 */
export function withWholeLists(
  schema: GraphQLSchema,
  serializers: Readonly<Record<string, Serialize>>,
): GraphQLSchema {
  const twins = new Map<GraphQLNamedType, GraphQLNamedType>();
  const lists = new Map<string, GraphQLScalarType>();

  /** The type of the same name in the new schema. */
  function twinOf<Type extends GraphQLNamedType>(type: Type): Type {
    const twin = twins.get(type) ?? cloneOf(type);
    twins.set(type, twin);
    return twin as Type; // safe: a clone is of its kind
  }

  function cloneOf(type: GraphQLNamedType): GraphQLNamedType {
    // Each schema has these of GraphQL itself.
    if (isIntrospectionType(type)) return type;
    if (isObjectType(type)) {
      const config = type.toConfig();
      const interfaces = () => config.interfaces.map(twinOf);
      return new GraphQLObjectType({ ...config, interfaces, fields: () => fieldsOf(config.fields) });
    }
    if (isInterfaceType(type)) {
      const config = type.toConfig();
      const interfaces = () => config.interfaces.map(twinOf);
      return new GraphQLInterfaceType({ ...config, interfaces, fields: () => fieldsOf(config.fields) });
    }
    if (isUnionType(type)) {
      const config = type.toConfig();
      return new GraphQLUnionType({ ...config, types: () => config.types.map(twinOf) });
    }
    return type;
  }

  const fieldsOf = <Field extends { readonly type: GraphQLOutputType }>(
    fields: Readonly<Record<string, Field>>,
  ): Record<string, Field> =>
    Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [name, { ...field, type: outputOf(field.type) }]),
    );

  function outputOf(type: GraphQLOutputType): GraphQLOutputType {
    if (isNonNullType(type)) return new GraphQLNonNull(outputOf(type.ofType));
    if (!isListType(type)) return twinOf(type);
    if (isLeafType(getNamedType(type))) return listOf(type);
    return new GraphQLList(outputOf(type.ofType));
  }

  function listOf(type: GraphQLOutputType): GraphQLScalarType {
    const text = String(type);
    let list = lists.get(text);
    if (list === undefined) {
      // No name of the schema begins so: it is GraphQL's own beginning.
      list = new GraphQLScalarType({
        name: `__List${lists.size}`,
        serialize: serializerOf(type, serializers),
      });
      lists.set(text, list);
    }
    return list;
  }

  const config = schema.toConfig();
  const root = (type: GraphQLObjectType | null | undefined) => type && twinOf(type);
  return new GraphQLSchema({
    ...config,
    query: root(config.query),
    mutation: root(config.mutation),
    subscription: root(config.subscription),
    types: config.types.map(twinOf),
    // It is as valid as the one it is made of, but for the names.
    assumeValid: true,
  });
}

/** Makes what is sent of a value of a type that is made of lists, non-null and leaf types. */
function serializerOf(type: GraphQLOutputType, serializers: Readonly<Record<string, Serialize>>): Serialize {
  if (isNonNullType(type)) {
    const serialize = serializerOf(type.ofType, serializers);
    return (value) => {
      if (value == null) throw new TypeError('a value is missing');
      return serialize(value);
    };
  }
  if (isListType(type)) {
    const serialize = serializerOf(type.ofType, serializers);
    return (value) => (value == null ? null : listAsSent(value, serialize));
  }
  if (!isLeafType(type)) throw new TypeError(`${String(type)} is no leaf`);
  const own = serializers[type.name] ?? ((value: unknown) => type.serialize(value));
  return (value) => {
    if (value == null) return null;
    const sent = own(value);
    if (sent == null || Number.isNaN(sent)) throw new TypeError(`no ${type.name}`);
    return sent;
  };
}

/** Lists that are no arrays, and items that are promises, are left to who runs the query again. */
function listAsSent(list: unknown, serialize: Serialize): readonly unknown[] {
  if (!Array.isArray(list)) throw new TypeError('not an array');
  const sent = new Array<unknown>(list.length);
  for (let at = 0; at < list.length; at += 1) sent[at] = serialize(list[at]);
  return sent;
}
