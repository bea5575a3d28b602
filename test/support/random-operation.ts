import {
  getNamedType,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';

/**
 * Sample values for arguments. The key is the argument's name, or the name of its type when the argument has no values
 * of its own. Enums and input objects need none.
 */
export type Samples = Readonly<Record<string, readonly unknown[]>>;

export type RandomOperation = {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
};

/** Maximum depth of nested fields. */
const maxDepth = 5;

/**
 * A valid query for the schema. `choices` select fields, arguments, variables, aliases and fragments. They are used in
 * order; after the last choice the first follows again.
 */
export function randomOperation(
  schema: GraphQLSchema,
  choices: readonly number[],
  { samples, except }: { readonly samples: Samples; readonly except: readonly string[] },
): RandomOperation {
  let at = 0;
  const below = (count: number): number => (choices[at++ % choices.length] ?? 0) % count;
  const oneOf = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item; // safe: none is empty
  const variables: Record<string, unknown> = {};
  const declared: string[] = [];
  const fragments: string[] = [];
  let aliases = 0;
  // Operations with conditions are never compiled.
  const isConditional = below(3) === 0;

  function selection(type: GraphQLCompositeType, depth: number): string {
    const fields = isUnionType(type) ? [] : Object.values(type.getFields());
    const fitting = fields.filter(
      (field) =>
        !except.includes(field.name) && (depth < maxDepth || !isCompositeType(getNamedType(field.type))),
    );
    const parts = Array.from({ length: Math.min(fitting.length, 1 + below(4)) }, () =>
      fieldOf(oneOf(fitting), depth),
    );
    if (parts.length === 0 || below(8) === 0) parts.push('__typename');
    if (isInterfaceType(type) && below(2) === 0) {
      const inside = oneOf(schema.getPossibleTypes(type));
      parts.push(`... on ${inside.name} ${selection(inside, depth + 1)}`);
    }
    const body = `{ ${parts.join(' ')} }`;
    if (below(6) !== 0) return body;
    const name = `F${fragments.length}`;
    fragments.push(`fragment ${name} on ${type.name} ${body}`);
    return `{ ...${name} }`;
  }

  function fieldOf(field: GraphQLField<unknown, unknown>, depth: number): string {
    const args = field.args.filter(
      (arg) => isNonNullType(arg.type) || arg.name === 'first' || below(3) === 0,
    );
    const given = args.filter(({ name }) => !['last', 'before', 'after'].includes(name)).map(argument);
    const alias = given.length > 0 || below(6) === 0 ? `a${aliases++}: ` : '';
    const type = getNamedType(field.type);
    const inside = isCompositeType(type) ? ` ${selection(type, depth + 1)}` : '';
    const condition = isConditional && below(12) === 0 ? ` @include(if: ${below(3) !== 0})` : '';
    return `${alias}${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}${condition}${inside}`;
  }

  function argument({ name, type }: GraphQLArgument): string {
    const value = sampleOf(type, name);
    if (below(2) === 0) return `${name}: ${literal(type, value)}`;
    const variable = `v${declared.length}`;
    declared.push(`$${variable}: ${type}`);
    variables[variable] = value;
    return `${name}: $${variable}`;
  }

  function sampleOf(type: GraphQLInputType, name: string): unknown {
    if (isNonNullType(type)) return sampleOf(type.ofType, name);
    if (isListType(type)) return Array.from({ length: 1 + below(2) }, () => sampleOf(type.ofType, name));
    if (isEnumType(type)) return oneOf(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields());
      const given = type.isOneOf
        ? [oneOf(fields)]
        : fields.filter((field) => isNonNullType(field.type) || below(3) === 0);
      return Object.fromEntries(given.map((field) => [field.name, sampleOf(field.type, field.name)]));
    }
    const known = samples[name] ?? samples[type.name];
    if (known === undefined) throw new Error(`no samples of ${type.name}, for ${name}`);
    return oneOf(known);
  }

  const query = schema.getQueryType();
  if (!isObjectType(query)) throw new Error('the schema has no queries');
  const body = selection(query, 0);
  const head = declared.length > 0 ? `query (${declared.join(', ')})` : 'query';
  return { query: [`${head} ${body}`, ...fragments].join('\n'), variables };
}

/** A value as a literal in a document. */
function literal(type: GraphQLInputType, value: unknown): string {
  if (isNonNullType(type)) return literal(type.ofType, value);
  if (isListType(type))
    return `[${(value as unknown[]).map((item) => literal(type.ofType, item)).join(', ')}]`;
  if (isEnumType(type)) return String(value);
  if (isInputObjectType(type)) {
    const fields = Object.entries(value as object).map(
      ([name, one]) => `${name}: ${literal(type.getFields()[name]?.type as GraphQLInputType, one)}`, // safe: the value has this type
    );
    return `{ ${fields.join(', ')} }`;
  }
  return JSON.stringify(value);
}
