import { type DocumentNode, type ExecutionArgs, GraphQLError, visit } from 'graphql';
import { requireStorable } from '../shared/storable-text.ts';
import type { ExecutePlugin } from './execution.ts';
import { perOperation } from './per-operation.ts';

/** Refuses operations with text that the store cannot hold, in the document or in variables, before anything is read. */
export function useStorableText(): ExecutePlugin {
  const check = perOperation(({ document, variableValues }) => {
    checkDocument(document);
    checkValue(variableValues);
    return true;
  });

  /** Returns the error, for masking; null when all text can be stored. */
  function refusalOf(args: ExecutionArgs): GraphQLError | null {
    try {
      check(args);
      return null;
    } catch (error) {
      const originalError = error as Error; // safe: both throw only domain errors
      return new GraphQLError(originalError.message, { originalError });
    }
  }

  return {
    wrapExecute: (execute) => (args) => {
      const refusal = refusalOf(args);
      return refusal === null ? execute(args) : { errors: [refusal] };
    },
    onSubscribe({ args, setSubscribeFn }) {
      const refusal = refusalOf(args);
      if (refusal) setSubscribeFn(() => ({ errors: [refusal] }));
    },
  };
}

function checkDocument(document: DocumentNode): void {
  visit(document, { StringValue: ({ value }) => requireStorable(value) });
}

function checkValue(value: unknown): void {
  if (typeof value === 'string') requireStorable(value);
  else if (typeof value === 'object' && value !== null)
    for (const part of Object.values(value)) checkValue(part);
}
