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
 * Returns a schema for compiling queries with `disableLeafSerialization`: each scalar, enum and list of them is a String
 * there, which graphql-jit then hands on as it was resolved, after a look whether it is null or an error. For any other
 * leaf it makes two arrays for the case of an error and makes two calls: of a page of 25 posts those took a quarter of
 * the time. `leavesAsSent` makes of the values what is sent.
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
    // It is as valid as the one it is made of, but for interfaces' lists.
    assumeValid: true,
  });
}
