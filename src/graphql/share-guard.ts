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
 * Shows callers with a share what was shared, and nothing else. Whatever way a field is asked for, be it by an alias, a
 * fragment, a registered operation or a compiled query, its resolver runs: so each resolver is guarded, and no document
 * is looked at. A field without a rule in `share-rules.ts` is FORBIDDEN. A field that gives streams or posts gives those
 * of the shared streams only: others are as if they had not been collected.
 */
export function guardedForShares(schema: GraphQLSchema): GraphQLSchema {
  const givers = typesOfStreams(schema);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields()) as Field[]) {
      const rule = ruleOf(type.name, field.name);
      const gives = givers.has(getNamedType(field.type).name);
      // Any other caller's plain figures are not slowed down.
      if (rule === 'always' && !gives) continue;
      guard(type, field, rule, gives);
    }
  }
  return schema;
}

/** The types whose objects are a stream, or are of one: they have a `streamId`. */
function typesOfStreams(schema: GraphQLSchema): ReadonlySet<string> {
  const streams = Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Stream'),
  );
  return new Set(['Node', 'Stream', 'Post', ...streams.map(({ name }) => name)]);
}

function guard(type: GraphQLObjectType, field: Field, rule: Rule | 'always', gives: boolean): void {
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
  field.resolve = checked(gives ? visibleOnly(resolve, field.type, name) : resolve);
  if (field.subscribe) field.subscribe = checked(field.subscribe);
}

/** What a resolver gives of the shared streams. */
const visibleOnly =
  (resolve: Resolve, type: GraphQLOutputType, name: string): Resolve =>
  (root, args, context, info) => {
    const given: unknown = resolve(root, args, context, info);
    const { share } = context.caller;
    return share == null ? given : visible(given, type, { share, name });
  };

type Looking = { readonly share: Grant; readonly name: string };

async function visible(given: unknown, type: GraphQLOutputType, looking: Looking): Promise<unknown> {
  const value = await given;
  if (value == null) return null;
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    return Promise.all(
      [...(value as Iterable<unknown>)].map((item) => visible(item, nullable.ofType, looking)),
    );
  }
  const { streamId } = value as { readonly streamId?: unknown }; // safe: it is only compared
  if (typeof streamId === 'number' && looking.share.streamIds.has(streamId)) return value;
  if (isNonNullType(type)) throw refused(looking.name);
  return null;
}

const refused = (name: string) => forbidden(new ForbiddenError(`${name} is no part of what was shared`));
