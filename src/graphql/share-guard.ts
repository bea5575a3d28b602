import {
  defaultFieldResolver,
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { Grant } from '../access/share-token.ts';
import { ForbiddenError } from '../shared/errors.ts';
import type { Context } from './context.ts';
import { forbidden } from './guard.ts';
import { type Rule, ruleOf } from './share-rules.ts';

type Field = GraphQLField<unknown, Context>;
type Resolve = NonNullable<Field['resolve']>;

/**
 * Restricts callers with a share to what was shared. It guards resolvers, not documents: an alias, a fragment, a
 * registered operation and a compiled query all run the same resolver. A field without a rule in `share-rules.ts` is
 * FORBIDDEN. A field that returns streams or posts returns those of the shared streams only, as if no others had been
 * collected.
 */
export function guardedForShares(schema: GraphQLSchema): GraphQLSchema {
  const streamTypes = typesOfStreams(schema);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields()) as Field[]) {
      const rule = ruleOf(type.name, field.name);
      const hasStreams = streamTypes.has(getNamedType(field.type).name);
      // Plain values stay unguarded, so that other callers pay nothing.
      if (rule === 'always' && !hasStreams) continue;
      guard(type, field, rule, hasStreams);
    }
  }
  return schema;
}

/** Returns the types whose objects are a stream or belong to one: they have a `streamId`. */
function typesOfStreams(schema: GraphQLSchema): ReadonlySet<string> {
  const streams = Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Stream'),
  );
  return new Set(['Node', 'Stream', 'Post', ...streams.map(({ name }) => name)]);
}

function guard(type: GraphQLObjectType, field: Field, rule: Rule | 'always', hasStreams: boolean): void {
  const name = `${type.name}.${field.name}`;
  const resolve = field.resolve ?? defaultFieldResolver;
  const checked =
    (then: Resolve): Resolve =>
    (root, args, context, info) => {
      const { share } = context.caller;
      if (share == null) return then(root, args, context, info);
      if (rule !== 'always' && !rule(share, args)) throw refused(name);
      return then(root, args, context, info);
    };
  field.resolve = checked(hasStreams ? visibleOnly(resolve, field.type, name) : resolve);
  if (field.subscribe) field.subscribe = checked(field.subscribe);
}

/** Limits what a resolver returns to the shared streams. */
const visibleOnly =
  (resolve: Resolve, type: GraphQLOutputType, name: string): Resolve =>
  (root, args, context, info) => {
    const given: unknown = resolve(root, args, context, info);
    const { share } = context.caller;
    return share == null ? given : visible(given, type, { share, name });
  };

type SharedField = { readonly share: Grant; readonly name: string };

async function visible(given: unknown, type: GraphQLOutputType, field: SharedField): Promise<unknown> {
  const value = await given;
  if (value == null) return null;
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    return Promise.all(
      [...(value as Iterable<unknown>)].map((item) => visible(item, nullable.ofType, field)),
    );
  }
  const { streamId } = value as { readonly streamId?: unknown }; // safe: it is only compared
  if (typeof streamId === 'number' && field.share.streamIds.has(streamId)) return value;
  if (isNonNullType(type)) throw refused(field.name);
  return null;
}

const refused = (name: string) => forbidden(new ForbiddenError(`${name} is not part of what was shared`));
