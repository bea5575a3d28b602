import {
  defaultFieldResolver,
  type GraphQLField,
  GraphQLError,
  type GraphQLSchema,
  isObjectType,
} from 'graphql';
import { requireScope } from '../access/require-scope.ts';
import { type DomainError, must } from '../shared/errors.ts';
import type { Scope } from '../shared/scope.ts';
import { auditTarget } from './audit.ts';
import type { Context } from './context.ts';
import { codeOf } from './mask-error.ts';
import { logged } from './request-origin.ts';

type Field = GraphQLField<unknown, Context>;

/** Returns the `extensions` of a field that needs a key with this scope. Each mutation has them. */
export const needs = (scope: Scope) => ({ scope });

/**
 * Checks the scope of the caller before each field that needs one. Logs each mutation: who sent it, what it concerns,
 * and how it ended. Throws when a mutation does not say which scope it needs.
 */
export function guarded(schema: GraphQLSchema): GraphQLSchema {
  const mutation = schema.getMutationType();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields()) as Field[]) {
      const scope = scopeOf(field);
      if (type === mutation) audited(field, must(scope, `Mutation.${field.name} needs a scope: see needs()`));
      else if (scope !== null) scoped(field, scope);
    }
  }
  return schema;
}

/** Returns the scope that a field needs; null when every caller may select it. */
export const scopeOf = ({ extensions }: Pick<Field, 'extensions'>): Scope | null =>
  (extensions.scope as Scope | undefined) ?? null; // safe: needs() alone writes it

function scoped(field: Field, scope: Scope): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (root, args, context, info) => {
    try {
      requireScope(context.caller, scope, field.name);
    } catch (error) {
      throw forbidden(error as DomainError); // safe: it throws no other
    }
    return resolve(root, args, context, info);
  };
}

function audited(field: Field, scope: Scope): void {
  scoped(field, scope);
  const { resolve } = field;
  field.resolve = async (root, args, context, info) => {
    const { caller, log, origin, meter } = context;
    const note = (outcome: string, value: unknown) => {
      meter.mutation(field.name, outcome);
      const what = { field: field.name, ...auditTarget(args, value), outcome };
      log.info({ audit: true, key: caller.keyName, ...what, ...logged(origin) }, 'a mutation ended');
    };
    try {
      const value: unknown = await resolve?.(root, args, context, info);
      note('ok', value);
      return value;
    } catch (error) {
      note(codeOf(error), null);
      throw error;
    }
  };
}

/** Makes the status 403 for clients that read it. Plain JSON stays 200, as with any error of a document. */
export const forbidden = (error: DomainError): GraphQLError =>
  new GraphQLError(error.message, {
    originalError: error,
    extensions: { http: { status: 403, spec: true } },
  });
