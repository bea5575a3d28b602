import {
  GraphQLInterfaceType,
  GraphQLList,
  type GraphQLNamedType,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLSchema,
  GraphQLString,
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

/**
 * Returns a copy of the schema for compiling queries with `disableLeafSerialization`. In the copy each leaf (a scalar, an
 * enum, or a list of them) is a String: graphql-jit then only checks whether the value is null or an error, and returns
 * it as it was resolved. For other leaves it allocates two arrays and makes two calls, which took a quarter of the time
 * of a page of 25 posts. `leavesAsSent` serializes the values afterwards.
 */
export function withRawLeaves(schema: GraphQLSchema): GraphQLSchema {
  const twins = new Map<GraphQLNamedType, GraphQLNamedType>();

  /** The type of the same name in the new schema. */
  function twinOf<Type extends GraphQLNamedType>(type: Type): Type {
    const twin = twins.get(type) ?? cloneOf(type);
    twins.set(type, twin);
    return twin as Type; // safe: a clone is of its kind
  }

  function cloneOf(type: GraphQLNamedType): GraphQLNamedType {
    // The types of introspection are shared by all schemas.
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
    if (isLeafType(getNamedType(type))) return GraphQLString;
    return isListType(type) ? new GraphQLList(outputOf(type.ofType)) : twinOf(type);
  }

  const config = schema.toConfig();
  const root = (type: GraphQLObjectType | null | undefined) => type && twinOf(type);
  return new GraphQLSchema({
    ...config,
    query: root(config.query),
    mutation: root(config.mutation),
    subscription: root(config.subscription),
    types: config.types.map(twinOf),
    // Not validated: the original is valid, and the copy's lists in interfaces would not pass.
    assumeValid: true,
  });
}
